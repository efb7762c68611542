/** @internal */
import * as tf from '@tensorflow/tfjs-core';
import type { Instruction } from './program.ts';

/** Runs the kernel of an instruction straight on the backend, on what `info` says its inputs are. */
export function runKernel(
  { inputs, attrs }: Instruction,
  kernel: tf.KernelConfig,
  info: (value: number) => tf.TensorInfo,
): tf.TensorInfo[] {
  const named = Array.isArray(inputs)
    ? (inputs as readonly number[]).map(info)
    : Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, value === null ? null : info(value as number)]));
  const out = kernel.kernelFunc({ inputs: named as tf.NamedTensorInfoMap, attrs, backend: tf.backend() });
  return Array.isArray(out) ? out : [out];
}
