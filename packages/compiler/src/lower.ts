/** @internal */
import * as tf from '@tensorflow/tfjs-core';
import type { WasmHost } from '@kumiko/backend';
import { type FusedFunction, emitFused } from './emit-fused.ts';
import { exactNumbers } from './exact-numbers.ts';
import { FUSED } from './fuse-elementwise.ts';
import type { Buffer, NativeCall } from './native-call.ts';
import { type Instruction, type Program, type ValueInfo, inputValues } from './program.ts';
import { type ConstantValues, type KernelInput, recordKernel } from './record-kernel.ts';
import { type Sweep, scalarConstants, sweepOf } from './sweep.ts';

/** A kernel that JavaScript calls between native ones: its inputs are read where they lie, its outputs copied to their buffers. */
export interface Fallback {
  readonly instruction: Instruction;
  readonly kernel: tf.KernelConfig;
  readonly reason: string;
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}

/** What one place of a lowered program does. */
export type Step = NativeCall | Fallback;

export const isFallback = (step: Step): step is Fallback => 'instruction' in step;

/** A program as native calls on buffers. */
export interface LoweredProgram {
  readonly buffers: readonly Buffer[];
  /** The buffer of each value. */
  readonly bufferOf: readonly number[];
  readonly steps: readonly Step[];
  /** Constants that kernels put into memory by themselves; those of the program come before them in the numbering. */
  readonly tables: readonly ConstantValues[];
}

const bytesOf = ({ shape, dtype }: ValueInfo): number => tf.util.sizeFromShape(shape as number[]) * tf.util.bytesPerElement(dtype);

/** Whether every value of a program is one that a heap holds as plain numbers. */
export function isLowerable({ values }: Program): boolean {
  return values.every(({ dtype }) => dtype === 'float32' || dtype === 'int32' || dtype === 'bool');
}

/** Turns instructions into native calls: fused ones by emitting their code, others by recording what their kernels do. */
export function lower(program: Program, host: WasmHost): LoweredProgram {
  const buffers: Buffer[] = [];
  const bufferOf: number[] = [];
  const steps: Step[] = [];
  const tables: ConstantValues[] = [];
  const add = (kind: Buffer['kind'], index: number, bytes: number): number => buffers.push({ kind, index, bytes }) - 1;
  const infoOf = (value: number): ValueInfo => program.values[value] as ValueInfo;
  for (let i = 0; i < program.argumentCount; i++) bufferOf[i] = add('argument', i, bytesOf(infoOf(i)));
  for (const [i, { value }] of program.captures.entries()) bufferOf[value] = add('capture', i, bytesOf(infoOf(value)));
  for (const [i, { value }] of program.constants.entries()) bufferOf[value] = add('constant', i, bytesOf(infoOf(value)));
  const inner = (value: number): number => (bufferOf[value] = add('inner', 0, bytesOf(infoOf(value))));
  const input = (value: number): KernelInput => ({ ...infoOf(value), buffer: bufferOf[value] as number });

  const scalars = scalarConstants(program);
  const functions = new Map<string, FusedFunction>();
  const functionOf = (sweep: Sweep): FusedFunction => {
    const key = JSON.stringify(sweep, exactNumbers);
    const fused = functions.get(key) ?? emitFused(sweep);
    functions.set(key, fused);
    return fused;
  };
  const lowerFused = (instruction: Instruction): NativeCall => {
    const { sweep, origin } = sweepOf(program, instruction, scalars);
    instruction.outputs.forEach(inner);
    return fusedCall(functionOf(sweep), (value) => bufferOf[origin[value] as number] as number);
  };
  const lowerKernel = (instruction: Instruction): Step[] => {
    const kernel = tf.getKernel(instruction.kernelName, tf.getBackend()) as tf.KernelConfig;
    const { inputs, attrs, outputs } = instruction;
    const named = Array.isArray(inputs)
      ? (inputs as readonly number[]).map(input)
      : Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, value === null ? null : input(value as number)]));
    const recorded = recordKernel(kernel, named, attrs, host, buffers.length);
    if (typeof recorded === 'string') {
      const reads = inputValues(instruction).map((value) => bufferOf[value] as number);
      return [{ instruction, kernel, reason: recorded, reads, writes: outputs.map(inner) }];
    }
    for (const bytes of recorded.made) add('inner', 0, bytes);
    for (const values of recorded.constants) add('constant', program.constants.length + tables.push(values) - 1, values.byteLength);
    for (const [i, output] of outputs.entries()) bufferOf[output] = recorded.outputs[i] as number;
    return [...recorded.calls];
  };
  for (const instruction of program.instructions) {
    if (instruction.kernelName === FUSED) steps.push(lowerFused(instruction));
    else steps.push(...lowerKernel(instruction));
  }
  return { buffers, bufferOf, steps, tables };
}

function fusedCall(fused: FusedFunction, bufferOf: (value: number) => number): NativeCall {
  const { count, inputs, outputs, tasks } = fused;
  const reads = [...new Set(inputs.map(({ value }) => bufferOf(value)))];
  const isAligned = (buffer: number): boolean => inputs.every(({ value, size }) => bufferOf(value) !== buffer || size === count);
  return {
    target: { kind: 'fused', fused },
    tasks,
    args: [...inputs.map(({ value }) => value), ...outputs].map((value) => ({ buffer: bufferOf(value), offset: 0 })),
    reads,
    writes: outputs.map(bufferOf),
    aligned: reads.filter(isAligned),
  };
}
