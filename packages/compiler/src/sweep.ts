/** @internal */
import type { DataType } from '@tensorflow/tfjs-core';
import { type Access, type FusedMember, type Instruction, type Program, type ValueInfo, sizeOf } from './program.ts';

/** A fused instruction whose values are numbered as they appear in it: equal sweeps are one function, wherever in a program they stand. */
export interface Sweep {
  /** Elements of each output. */
  readonly count: number;
  readonly values: readonly SweepValue[];
  readonly members: readonly FusedMember[];
  readonly outputs: readonly number[];
}

interface SweepValue {
  readonly dtype: DataType;
  /** A number that becomes part of the code. */
  readonly constant?: number;
}

/** Constants of one element, by their values. */
export function scalarConstants({ constants }: Program): ReadonlyMap<number, number> {
  return new Map(constants.flatMap(({ value, data }) => (data.length === 1 ? [[value, data[0] as number] as const] : [])));
}

/** The sweep of a fused instruction, and which value of the program each of its values is. */
export function sweepOf(
  program: Program,
  { members = [], outputs }: Instruction,
  scalars: ReadonlyMap<number, number>,
): { readonly sweep: Sweep; readonly origin: readonly number[] } {
  const numbers = new Map<number, number>();
  const numberOf = (value: number): number => {
    const known = numbers.get(value) ?? numbers.size;
    numbers.set(value, known);
    return known;
  };
  const renamed = members.map(({ operands, output, ...member }): FusedMember => {
    const accesses = operands.map((access): Access => ({ ...access, value: numberOf(access.value) }));
    return { ...member, operands: accesses, output: numberOf(output) };
  });
  const origin = [...numbers.keys()];
  const values = origin.map((value): SweepValue => {
    const [{ dtype }, constant] = [program.values[value] as ValueInfo, scalars.get(value)];
    return constant === undefined ? { dtype } : { dtype, constant };
  });
  const count = sizeOf(program, (members[0] as FusedMember).output);
  return { sweep: { count, values, members: renamed, outputs: outputs.map(numberOf) }, origin };
}
