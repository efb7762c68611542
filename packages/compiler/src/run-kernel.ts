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
  return (Array.isArray(out) ? out : [out]).map(withoutHandle);
}

/** Some of tfjs' kernels return a handle that the engine counts and disposes with its scope: here only the data is wanted. */
function withoutHandle(out: tf.TensorInfo): tf.TensorInfo {
  if (!(out instanceof tf.Tensor)) return out;
  const { dataId, shape, dtype } = out;
  tf.backend().incRef(dataId);
  out.dispose();
  tf.engine().removeDataId(dataId, tf.backend());
  return { dataId, shape, dtype };
}
