import * as tf from '@tensorflow/tfjs-core';
import type { CountedLayer } from '../counted-layer.ts';
import { convolutionLayer } from '../internal/convolution-layer.ts';
import { explicitPads } from '../internal/explicit-pads.ts';
import { grouped } from '../internal/grouped.ts';
import type { Window } from '../internal/window.ts';
import type { SizeTriple } from '../size-triple.ts';
import type { ConvolutionOptions } from './convolution-options.ts';

/** Options of {@link conv3d}. */
export type Conv3dOptions = ConvolutionOptions<SizeTriple>;

type Triple = [number, number, number];

/** TensorFlow.js pads volumes in words only. */
function convolve(x: tf.Tensor, kernel: tf.Tensor, { strides, dilations, padding }: Window): tf.Tensor {
  const pads = explicitPads(padding, 3);
  const [padded, word] = typeof pads === 'string' ? [x, pads] : [tf.pad(x, pads), 'valid' as const];
  return grouped(padded, kernel, (part, own) =>
    tf.conv3d(part as tf.Tensor5D, own as tf.Tensor5D, [...strides] as Triple, word, 'NDHWC', [...dilations] as Triple),
  );
}

/**
 * Convolution over depth, height and width:
 * `y[b,i,j,k,o] = activation(bias[o] + sum over p,q,r,c of x[b, i*s + p*d, j*s + q*d, k*s + r*d, c] * kernel[p,q,r,c,o])`.
 *
 * Parameters: `kernel` float32 `[kernelDepth, kernelHeight, kernelWidth, channels / groups, filters]`, `bias` float32 `[filters]`.
 *
 * @param options `filters` and `kernelSize` are required
 * @returns a layer of `[batch,depth,height,width,channels]` to `[batch,depth',height',width',filters]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * const layer = conv3d({ filters: 8, kernelSize: [1, 3, 3] });
 * layer.init(key(0), shapeOf([1, 4, 16, 16, 1])).output; // shapeOf([1, 4, 14, 14, 8])
 * @see tf.layers.conv3d, torch.nn.Conv3d
 */
export function conv3d(options: Conv3dOptions): CountedLayer<tf.Tensor, tf.Tensor> {
  return convolutionLayer({ name: 'conv3d', rank: 3, plain: convolve }, options);
}
