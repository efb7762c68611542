import { Elu, LeakyRelu, Prelu, Relu, Relu6, Sigmoid } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { check } from '@kumiko/core';
import { runKernel } from './run-kernel.ts';

/** The kernel that applies an activation, by the name that fused ops give it. */
const kernels: Readonly<Record<string, string>> = {
  elu: Elu,
  leakyrelu: LeakyRelu,
  prelu: Prelu,
  relu: Relu,
  relu6: Relu6,
  sigmoid: Sigmoid,
};

/**
 * Applies the activation of a fused op and disposes what it is applied to.
 *
 * @param alpha weights of `prelu`, slope of `leakyrelu`
 * @throws KumikoError when tfjs has no such activation
 */
export function applyActivation(
  backend: BackendWasm,
  x: TensorInfo,
  activation: string,
  alpha: { readonly weights?: TensorInfo | undefined; readonly slope?: number | undefined },
): TensorInfo {
  if (activation === 'linear') return x;
  const kernelName = kernels[activation];
  check(
    kernelName !== undefined,
    'fused',
    () => `expected an activation of ${Object.keys(kernels).join(', ')} or linear, got ${activation}. Apply it after the op.`,
  );
  const output =
    kernelName === Prelu
      ? runKernel(Prelu, backend, { x, alpha: alpha.weights! })
      : runKernel(kernelName, backend, { x }, { alpha: alpha.slope ?? 0 });
  backend.disposeData(x.dataId);
  return output;
}
