import * as tf from '@tensorflow/tfjs-core';
import type { Layer, Tree } from '@kumiko/core';
import { layerNorm as fusedLayerNorm } from '@kumiko/ops';
import { affineParams, type AffineParams } from '../internal/affine.ts';
import { channelsOf } from '../internal/channels-of.ts';
import { checkChannels } from '../internal/check-channels.ts';
import { checkEpsilon } from '../internal/check-epsilon.ts';

/** Options of {@link layerNorm}. */
export interface LayerNormOptions {
  /** Added to the variance, above 0. Default: 1e-3, as in tf.layers; PyTorch has 1e-5. */
  readonly epsilon?: number;
  /** Whether to multiply each channel by a learned `gamma`, 1 at first. Default: true. */
  readonly scale?: boolean;
  /** Whether to add a learned `beta` to each channel, 0 at first. Default: true. */
  readonly center?: boolean;
  /** Name of the layer. Default: `'layerNorm'`. */
  readonly name?: string;
}

/**
 * Normalises each position over its channels: `y = (x - mean) / sqrt(variance + epsilon) * gamma + beta`, with the mean and the biased
 * variance over the last axis.
 *
 * Parameters: `gamma` and `beta`, float32 `[channels]` (PyTorch: `weight`, `bias`).
 *
 * @param options all optional
 * @returns a layer of `[batch,...,channels]` to the same shape
 * @throws KumikoError when `epsilon` is not above 0; `init` when the input has fewer than two axes
 * @example
 * const layer = layerNorm({ epsilon: 1e-5 });
 * const variables = layer.init(key(0), shapeOf([1, 2]));
 * layer.apply(variables, tf.tensor2d([[1, 5]]), { training: false })[0]; // [[-1, 1]]
 * @see Ba, Kiros and Hinton, "Layer normalization", 2016; tf.layers.layerNormalization, torch.nn.LayerNorm
 */
export function layerNorm(options: LayerNormOptions = {}): Layer<tf.Tensor, tf.Tensor> {
  const { epsilon = 1e-3, name = 'layerNorm' } = options;
  checkEpsilon(name, epsilon);
  return {
    name,
    init(key, input) {
      const { leaf, channels } = channelsOf(name, input);
      return { params: affineParams(key, channels, options), state: {}, output: leaf };
    },
    apply({ params, state }, x): [tf.Tensor, { state: Tree }] {
      const own = params as unknown as AffineParams;
      checkChannels(name, x, (own.gamma ?? own.beta)?.size);
      const { gamma = tf.ones([x.shape.at(-1) as number]), beta = tf.zeros([x.shape.at(-1) as number]) } = own;
      return [fusedLayerNorm(x, gamma, beta, epsilon), { state }];
    },
  };
}
