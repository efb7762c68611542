import * as tf from '@tensorflow/tfjs-core';
import type { Layer, Tree } from '@kumiko/core';
import { rmsNorm as fusedRmsNorm } from '@kumiko/ops';
import { affineParams, type AffineParams } from '../internal/affine.ts';
import { channelsOf } from '../internal/channels-of.ts';
import { checkChannels } from '../internal/check-channels.ts';
import { checkEpsilon } from '../internal/check-epsilon.ts';

/** Options of {@link rmsNorm}. */
export interface RmsNormOptions {
  /** Added to the mean square, above 0. Default: 1e-6. */
  readonly epsilon?: number;
  /** Whether to multiply each channel by a learned `gamma`, 1 at first. Default: true. */
  readonly scale?: boolean;
  /** Name of the layer. Default: `'rmsNorm'`. */
  readonly name?: string;
}

/**
 * Divides each position by the root of the mean square of its channels: `y = x / sqrt(mean(x^2) + epsilon) * gamma`.
 *
 * Parameters: `gamma` float32 `[channels]`.
 *
 * @param options all optional
 * @returns a layer of `[batch,...,channels]` to the same shape
 * @throws KumikoError when `epsilon` is not above 0; `init` when the input has fewer than two axes
 * @example
 * const layer = rmsNorm();
 * const variables = layer.init(key(0), shapeOf([1, 2]));
 * layer.apply(variables, tf.tensor2d([[1, 7]]), { training: false })[0]; // [[0.2, 1.4]]
 * @see Zhang and Sennrich, "Root mean square layer normalization", NeurIPS 2019
 */
export function rmsNorm(options: RmsNormOptions = {}): Layer<tf.Tensor, tf.Tensor> {
  const { epsilon = 1e-6, name = 'rmsNorm' } = options;
  checkEpsilon(name, epsilon);
  return {
    name,
    init(key, input) {
      const { leaf, channels } = channelsOf(name, input);
      return { params: affineParams(key, channels, { ...options, center: false }), state: {}, output: leaf };
    },
    apply({ params, state }, x): [tf.Tensor, { state: Tree }] {
      const own = params as unknown as AffineParams;
      checkChannels(name, x, own.gamma?.size);
      return [fusedRmsNorm(x, own.gamma ?? tf.ones([x.shape.at(-1) as number]), epsilon), { state }];
    },
  };
}
