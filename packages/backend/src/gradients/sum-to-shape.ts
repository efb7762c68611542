import { broadcast_util, reshape, sum, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Sums a tensor over the axes along which an input of the given shape was broadcast: the gradient of broadcasting.
 *
 * @param tensor any shape that `shape` broadcasts to
 * @param shape the input's shape
 */
export function sumToShape(tensor: Tensor, shape: readonly number[]): Tensor {
  const axes = broadcast_util.getReductionAxes([...shape], tensor.shape);
  return reshape(axes.length > 0 ? sum(tensor, axes) : tensor, [...shape]);
}
