import type { TensorInfo } from '@tensorflow/tfjs-core';

/** Whether an input is float32, or was left out. */
export function isFloat32(tensor: TensorInfo | null | undefined): boolean {
  return !tensor || tensor.dtype === 'float32';
}
