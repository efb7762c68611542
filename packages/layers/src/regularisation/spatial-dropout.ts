import type { Tensor } from '@tensorflow/tfjs-core';
import type { Layer } from '@kumiko/core';
import { maskedDropout } from '../internal/masked-dropout.ts';

/** Options of {@link spatialDropout}. */
export interface SpatialDropoutOptions {
  /** Name of the layer. Default: `'spatialDropout'`. */
  readonly name?: string;
}

/**
 * In training sets whole channels of each example to 0 with probability `rate` and multiplies the others by `1 / (1 - rate)`; else `y = x`.
 * Has no variables. Neighbouring positions say much the same, so that dropping single ones would hide little.
 *
 * @param rate in [0, 1)
 * @param options `name`
 * @returns a layer of `[batch,...,channels]` to the same shape
 * @throws KumikoError when `rate` is out of range, or a training call has no key
 * @example
 * const [y] = spatialDropout(0.5).apply({ params: {}, state: {} }, tf.ones([1, 2, 2, 1]), { training: true, key: key(1) });
 * tf.max(y).dataSync()[0] === tf.min(y).dataSync()[0]; // true, the channel as a whole
 * @see Tompson et al., "Efficient object localization using convolutional networks", CVPR 2015; torch.nn.Dropout2d
 */
export function spatialDropout(rate: number, { name = 'spatialDropout' }: SpatialDropoutOptions = {}): Layer<Tensor, Tensor> {
  return maskedDropout(name, rate, (shape) => shape.map((size, axis) => (axis === 0 || axis === shape.length - 1 ? size : 1)));
}
