/** @internal */
import * as tf from '@tensorflow/tfjs-core';
import { VIEWS } from './fuse-elementwise.ts';
import { type Instruction, type Program, type ValueInfo, inputValues } from './program.ts';

/** When the data of values are needed. A view has no data of its own: it is the same as its root. */
export interface LiveValues {
  /** The value that a value is a view of, through any number of views; the value itself if it is none. */
  root(value: number): number;
  /** The instruction that makes a root; nothing for arguments, captures and constants. */
  madeAt(root: number): number | undefined;
  /** The instructions that read a root or a view of it, in order; results are read at the program's end. */
  readAt(root: number): readonly number[];
  /** Bytes of data that are needed while each instruction runs: those of instructions, without the program's inputs. */
  readonly bytesAt: readonly number[];
}

/** Bytes that the data of a value take. */
export function bytesOf({ shape, dtype }: ValueInfo): number {
  return dtype === 'string' ? 0 : tf.util.sizeFromShape(shape as number[]) * tf.util.bytesPerElement(dtype);
}

/** Finds out when which data are needed. */
export function liveValues(program: Program): LiveValues {
  const { instructions, values } = program;
  const roots = new Map<number, number>();
  const root = (value: number): number => roots.get(value) ?? value;
  const made = new Map<number, number>();
  const reads = new Map<number, number[]>();
  const read = (value: number, at: number): void => {
    const known = reads.get(root(value));
    if (known === undefined) reads.set(root(value), [at]);
    else if (known.at(-1) !== at) known.push(at);
  };
  for (const [at, instruction] of instructions.entries()) {
    if (isView(instruction)) {
      roots.set(instruction.outputs[0] as number, root(inputValues(instruction)[0] as number));
      continue;
    }
    for (const value of inputValues(instruction)) read(value, at);
    for (const output of instruction.outputs) made.set(output, at);
  }
  for (const value of [...program.results, ...program.assignments.map((assignment) => assignment.value)]) read(value, instructions.length);

  const changes = new Float64Array(instructions.length + 2);
  for (const [value, at] of made) {
    const bytes = bytesOf(values[value] as ValueInfo);
    changes[at] = (changes[at] as number) + bytes;
    const end = (reads.get(value)?.at(-1) ?? at) + 1;
    changes[end] = (changes[end] as number) - bytes;
  }
  let now = 0;
  const bytesAt = instructions.map((_, at) => (now += changes[at] as number));
  return { root, madeAt: (value) => made.get(value), readAt: (value) => reads.get(value) ?? [], bytesAt };
}

/** Whether an instruction only gives its input another shape. */
export function isView({ kernelName }: Instruction): boolean {
  return VIEWS.has(kernelName);
}
