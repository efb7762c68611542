import type { Tensor } from '@tensorflow/tfjs-core';
import type { CountedLayer } from '../counted-layer.ts';
import { convolutionLayer } from '../internal/convolution-layer.ts';
import { convolve2d } from '../internal/convolve2d.ts';
import type { SizePair } from '../size-pair.ts';
import type { ConvolutionOptions } from './convolution-options.ts';

/** Options of {@link conv2d}. */
export type Conv2dOptions = ConvolutionOptions<SizePair>;

/**
 * Convolution over height and width (as everywhere in the field, a cross-correlation):
 * `y[b,i,j,o] = activation(bias[o] + sum over p,q,c of x[b, i*s + p*d, j*s + q*d, c] * kernel[p,q,c,o])`.
 *
 * Parameters: `kernel` float32 `[kernelHeight, kernelWidth, channels / groups, filters]`, `bias` float32 `[filters]`.
 * PyTorch's `Conv2d` has NCHW and `[out, in, kh, kw]` instead.
 *
 * @param options `filters` and `kernelSize` are required
 * @returns a layer of `[batch,height,width,channels]` to `[batch,height',width',filters]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * const layer = conv2d({ filters: 32, kernelSize: 3, activation: relu });
 * layer.init(key(0), shapeOf([1, 28, 28, 1])).output; // shapeOf([1, 26, 26, 32])
 * @see tf.layers.conv2d, torch.nn.Conv2d
 */
export function conv2d(options: Conv2dOptions): CountedLayer<Tensor, Tensor> {
  return convolutionLayer({ name: 'conv2d', rank: 2, ...convolve2d }, options);
}
