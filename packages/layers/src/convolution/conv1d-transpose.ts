import * as tf from '@tensorflow/tfjs-core';
import type { CountedLayer } from '../counted-layer.ts';
import { explicitPads } from '../internal/explicit-pads.ts';
import { transposedConvolutionLayer } from '../internal/transposed-convolution-layer.ts';
import type { TransposedConvolutionOptions } from './transposed-convolution-options.ts';

/** Options of {@link conv1dTranspose}. */
export type Conv1dTransposeOptions = TransposedConvolutionOptions<number>;

/**
 * Transposed convolution over one axis, the gradient of {@link conv1d} by its input: each position adds a window of the output,
 * `y[b, i*s + p, o] += x[b,i,c] * kernel[p,o,c]`, then bias and activation.
 *
 * Parameters: `kernel` float32 `[kernelSize, filters, channels]`, `bias` float32 `[filters]`.
 *
 * @param options `filters` and `kernelSize` are required
 * @returns a layer of `[batch,length,channels]` to `[batch,length',filters]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * const layer = conv1dTranspose({ filters: 8, kernelSize: 4, strides: 2, padding: 'same' });
 * layer.init(key(0), shapeOf([1, 50, 4])).output; // shapeOf([1, 100, 8])
 * @see torch.nn.ConvTranspose1d
 */
export function conv1dTranspose(options: Conv1dTransposeOptions): CountedLayer<tf.Tensor, tf.Tensor> {
  return transposedConvolutionLayer(
    {
      name: 'conv1dTranspose',
      rank: 1,
      plain(x, kernel, [batch, length, filters], { strides, padding }) {
        const pads = explicitPads(padding, 1);
        const y = tf.conv2dTranspose(
          tf.expandDims(x, 1) as tf.Tensor4D,
          tf.expandDims(kernel, 0) as tf.Tensor4D,
          [batch, 1, length, filters] as [number, number, number, number],
          [1, strides[0] as number],
          (typeof pads === 'string' ? pads : [pads[0], [0, 0], ...pads.slice(1)]) as 'same',
        );
        return tf.squeeze(y, [1]);
      },
    },
    options,
  );
}
