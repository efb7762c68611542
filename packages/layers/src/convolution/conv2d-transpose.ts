import * as tf from '@tensorflow/tfjs-core';
import type { CountedLayer } from '../counted-layer.ts';
import { explicitPads } from '../internal/explicit-pads.ts';
import { transposedConvolutionLayer } from '../internal/transposed-convolution-layer.ts';
import type { SizePair } from '../size-pair.ts';
import type { TransposedConvolutionOptions } from './transposed-convolution-options.ts';

/** Options of {@link conv2dTranspose}. */
export type Conv2dTransposeOptions = TransposedConvolutionOptions<SizePair>;

/**
 * Transposed convolution over height and width, the gradient of {@link conv2d} by its input: each pixel adds a window of the output,
 * `y[b, i*s + p, j*s + q, o] += x[b,i,j,c] * kernel[p,q,o,c]`, then bias and activation.
 *
 * Parameters: `kernel` float32 `[kernelHeight, kernelWidth, filters, channels]`, `bias` float32 `[filters]`.
 *
 * @param options `filters` and `kernelSize` are required
 * @returns a layer of `[batch,height,width,channels]` to `[batch,height',width',filters]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * const layer = conv2dTranspose({ filters: 8, kernelSize: 2, strides: 2 });
 * layer.init(key(0), shapeOf([1, 14, 14, 16])).output; // shapeOf([1, 28, 28, 8])
 * @see tf.layers.conv2dTranspose, torch.nn.ConvTranspose2d
 */
export function conv2dTranspose(options: Conv2dTransposeOptions): CountedLayer<tf.Tensor, tf.Tensor> {
  return transposedConvolutionLayer(
    {
      name: 'conv2dTranspose',
      rank: 2,
      plain: (x, kernel, output, { strides, padding }) =>
        tf.conv2dTranspose(
          x as tf.Tensor4D,
          kernel as tf.Tensor4D,
          output as [number, number, number, number],
          strides as [number, number],
          explicitPads(padding, 2) as 'same',
        ),
    },
    options,
  );
}
