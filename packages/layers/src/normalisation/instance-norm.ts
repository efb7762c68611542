import type * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, type Layer, type Tree } from '@kumiko/core';
import { affine, affineParams, type AffineParams } from '../internal/affine.ts';
import { channelsOf } from '../internal/channels-of.ts';
import { checkChannels } from '../internal/check-channels.ts';
import { checkEpsilon } from '../internal/check-epsilon.ts';
import { standardize } from '../internal/standardize.ts';

/** Options of {@link instanceNorm}. */
export interface InstanceNormOptions {
  /** Added to the variance, above 0. Default: 1e-3, as in Keras; PyTorch has 1e-5. */
  readonly epsilon?: number;
  /** Whether to multiply each channel by a learned `gamma`, 1 at first. Default: true; PyTorch's default is false. */
  readonly scale?: boolean;
  /** Whether to add a learned `beta` to each channel, 0 at first. Default: true; PyTorch's default is false. */
  readonly center?: boolean;
  /** Name of the layer. Default: `'instanceNorm'`. */
  readonly name?: string;
}

/**
 * Normalises each channel of each example over all positions: `y = (x - mean) / sqrt(variance + epsilon) * gamma + beta`, with the mean and
 * the biased variance over the axes between the batch and the channels, in training and outside of it alike.
 *
 * Parameters: `gamma` and `beta`, float32 `[channels]` (PyTorch: `weight`, `bias`).
 *
 * @param options all optional
 * @returns a layer of `[batch,...,channels]` (three axes or more) to the same shape
 * @throws KumikoError when `epsilon` is not above 0; `init` when the input has fewer than three axes
 * @example
 * const layer = instanceNorm();
 * const variables = layer.init(key(0), shapeOf([1, 2, 1]));
 * layer.apply(variables, tf.tensor3d([[[-90], [90]]]), { training: false })[0]; // [[[-1], [1]]]
 * @see Ulyanov, Vedaldi and Lempitsky, "Instance normalization: the missing ingredient for fast stylization", 2016; torch.nn.InstanceNorm2d
 */
export function instanceNorm(options: InstanceNormOptions = {}): Layer<tf.Tensor, tf.Tensor> {
  const { epsilon = 1e-3, name = 'instanceNorm' } = options;
  checkEpsilon(name, epsilon);
  return {
    name,
    init(key, input) {
      const { leaf, channels } = channelsOf(name, input);
      check(
        leaf.shape.length >= 3,
        name,
        () => `expected input [batch,positions...,channels], got ${formatShape(leaf.shape)}. Use layerNorm where there are no positions.`,
      );
      return { params: affineParams(key, channels, options), state: {}, output: leaf };
    },
    apply({ params, state }, x): [tf.Tensor, { state: Tree }] {
      const own = params as unknown as AffineParams;
      checkChannels(name, x, (own.gamma ?? own.beta)?.size);
      return [affine(standardize(x, x.shape.at(-1) as number, epsilon), own), { state }];
    },
  };
}
