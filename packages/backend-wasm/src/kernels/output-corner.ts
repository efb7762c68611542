import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { check, formatShape } from '@kumiko/core';
import { sliceTensor } from './slice.ts';

/**
 * The part of an NHWC gradient that the convolution would have made, to be disposed: `conv2dTranspose` may ask for less than its input would
 * give, and tfjs' cpu kernels then read the first rows and columns.
 *
 * @throws KumikoError when the gradient is smaller than the output
 */
export function outputCorner(backend: BackendWasm, dy: TensorInfo, { outShape }: backend_util.Conv2DInfo): TensorInfo {
  check(
    dy.shape.length === 4 && dy.shape.every((length, axis) => length >= outShape[axis]!),
    'conv2d',
    () =>
      `expected a gradient of at least the output's shape ${formatShape(outShape)}, got ${formatShape(dy.shape)}. Pass the strides and the padding of the convolution.`,
  );
  return sliceTensor(backend, dy, [0, 0, 0, 0], outShape);
}
