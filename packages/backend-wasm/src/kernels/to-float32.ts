import { Cast } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { check } from '@kumiko/core';
import { runKernel } from './run-kernel.ts';
import { shareTensor } from './share-tensor.ts';

/** A tensor's values as float32, to be disposed in either case: another handle where they are float32 already, else a copy. @throws KumikoError for complex64 */
export function toFloat32(backend: BackendWasm, tensor: TensorInfo): TensorInfo {
  check(
    tensor.dtype !== 'complex64',
    'wasm',
    () => 'expected a real tensor, got complex64. Pass its real and its imaginary part by themselves.',
  );
  return tensor.dtype === 'float32' ? shareTensor(backend, tensor) : runKernel(Cast, backend, { x: tensor }, { dtype: 'float32' });
}
