/** @internal */
import * as tf from '@tensorflow/tfjs-core';
import type { Program, ValueInfo } from './program.ts';
import type { NativeReport } from './wasm-program.ts';

/** What a compiled function became. */
export interface Explanation {
  /** Kernels that were recorded, and that are left after the passes. */
  readonly recorded: number;
  readonly kernels: number;
  /** How often each kernel runs. */
  readonly byKernel: Readonly<Record<string, number>>;
  /** Values the host wrote, tensors from outside, variables that are assigned. */
  readonly constants: number;
  readonly captures: number;
  readonly assignments: number;
  /** Bytes that the kernels write in one run. */
  readonly bytesWritten: number;
  /** How the program runs on the threads; nothing on backends where JavaScript calls every kernel. */
  readonly native: NativeReport | undefined;
}

/** Counts what a program holds. */
export function explain(recorded: Program, optimised: Program, native: NativeReport | undefined): Explanation {
  const byKernel: Record<string, number> = {};
  let bytesWritten = 0;
  for (const { kernelName, outputs } of optimised.instructions) {
    byKernel[kernelName] = (byKernel[kernelName] ?? 0) + 1;
    for (const output of outputs) {
      const { shape, dtype } = optimised.values[output] as ValueInfo;
      if (dtype !== 'string') bytesWritten += tf.util.sizeFromShape(shape as number[]) * tf.util.bytesPerElement(dtype);
    }
  }
  return {
    recorded: recorded.instructions.length,
    kernels: optimised.instructions.length,
    byKernel,
    constants: optimised.constants.length,
    captures: optimised.captures.length,
    assignments: optimised.assignments.length,
    bytesWritten,
    native,
  };
}
