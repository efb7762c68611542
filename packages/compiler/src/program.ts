/** @internal The form a recorded function has between recording and running. */
import { type DataType, type NamedAttrMap, type Tensor, type TypedArray, type Variable, util } from '@tensorflow/tfjs-core';
import type { Line } from './user-line.ts';

/** Shape and type of a value. */
export interface ValueInfo {
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

/** One kernel call: values by number in, values by number out. */
export interface Instruction {
  readonly kernelName: string;
  /** Inputs by name; a list for kernels that take one (`Concat`, `AddN`); absent optional inputs are null. */
  readonly inputs: Readonly<Record<string, number | null>> | readonly number[];
  readonly attrs: NamedAttrMap;
  readonly outputs: readonly number[];
  /** Where the user's code called it. */
  readonly line: Line;
  /** The elementwise instructions that a fused one stands for. */
  readonly members?: readonly FusedMember[];
}

/** How a fused instruction reads a value: its element i comes from element `floor(i / repeat) % size` of the value. */
export interface Access {
  readonly value: number;
  readonly repeat: number;
  /** Elements of the value. */
  readonly size: number;
}

/** An elementwise instruction inside a fused one. */
export interface FusedMember {
  readonly kernelName: string;
  readonly attrs: NamedAttrMap;
  readonly operands: readonly Access[];
  readonly output: number;
}

/** A value that the host wrote: `tf.scalar(0.1)`, `tf.zeros([3])`. */
export interface Constant {
  readonly value: number;
  readonly data: TypedArray | readonly string[];
  readonly line: Line;
}

/** A tensor that the function took from outside its arguments. A variable is read anew at every call. */
export interface Capture {
  readonly value: number;
  readonly tensor: Tensor;
}

/** A variable that the function assigned, and its new value. */
export interface Assignment {
  readonly variable: Variable;
  readonly value: number;
}

/** A function over tensors as a flat list of kernels. Values are numbered: the arguments come first. */
export interface Program {
  readonly values: readonly ValueInfo[];
  /** Values 0 to `argumentCount - 1` are the arguments' leaves, in order. */
  readonly argumentCount: number;
  readonly constants: readonly Constant[];
  readonly captures: readonly Capture[];
  readonly instructions: readonly Instruction[];
  readonly assignments: readonly Assignment[];
  /** The result's leaves, in order. */
  readonly results: readonly number[];
}

/** How many elements a value has. */
export function sizeOf({ values }: Program, value: number): number {
  return util.sizeFromShape((values[value] as ValueInfo).shape as number[]);
}

/** The values that an instruction reads. */
export function inputValues({ inputs }: Instruction): number[] {
  return Object.values(inputs).filter((value): value is number => value !== null);
}

/** The same instruction reading other values. */
export function mapInputs(instruction: Instruction, map: (value: number) => number): Instruction {
  const { inputs } = instruction;
  if (Array.isArray(inputs)) return { ...instruction, inputs: (inputs as readonly number[]).map(map) };
  const entries = Object.entries(inputs).map(([name, value]) => [name, value === null ? null : map(value as number)] as const);
  return { ...instruction, inputs: Object.fromEntries(entries) };
}
