import type * as tf from '@tensorflow/tfjs-core';
import { check, type Layer, type Tree } from '@kumiko/core';
import { affine, affineParams, type AffineParams } from '../internal/affine.ts';
import { channelsOf } from '../internal/channels-of.ts';
import { checkChannels } from '../internal/check-channels.ts';
import { checkEpsilon } from '../internal/check-epsilon.ts';
import { checkPositiveInteger } from '../internal/check-positive-integer.ts';
import { standardize } from '../internal/standardize.ts';

/** Options of {@link groupNorm}. */
export interface GroupNormOptions {
  /** Into how many groups the channels fall, at least 1; divides their number. */
  readonly groups: number;
  /** Added to the variance, above 0. Default: 1e-3, as in Keras; PyTorch has 1e-5. */
  readonly epsilon?: number;
  /** Whether to multiply each channel by a learned `gamma`, 1 at first. Default: true. */
  readonly scale?: boolean;
  /** Whether to add a learned `beta` to each channel, 0 at first. Default: true. */
  readonly center?: boolean;
  /** Name of the layer. Default: `'groupNorm'`. */
  readonly name?: string;
}

/**
 * Normalises each example over all positions and the channels of a group: `y = (x - mean) / sqrt(variance + epsilon) * gamma + beta`, with
 * the mean and the biased variance of the group. Group g has the channels `g channels/groups` up to the next one's first.
 *
 * Parameters: `gamma` and `beta`, float32 `[channels]` (PyTorch: `weight`, `bias`).
 *
 * @param options `groups` is required
 * @returns a layer of `[batch,...,channels]` to the same shape
 * @throws KumikoError when an option is out of range; `init` when the input has fewer than two axes or the groups do not divide its channels
 * @example
 * const layer = groupNorm({ groups: 2 });
 * layer.init(key(0), shapeOf([1, 8, 8, 6])).output; // shapeOf([1, 8, 8, 6])
 * @see Wu and He, "Group normalization", ECCV 2018; torch.nn.GroupNorm
 */
export function groupNorm(options: GroupNormOptions): Layer<tf.Tensor, tf.Tensor> {
  const { groups, epsilon = 1e-3, name = 'groupNorm' } = options;
  checkPositiveInteger(name, 'groups', groups);
  checkEpsilon(name, epsilon);
  return {
    name,
    init(key, input) {
      const { leaf, channels } = channelsOf(name, input);
      check(
        channels % groups === 0,
        name,
        () => `expected groups to divide the channels, got ${groups} groups of ${channels} channels. Choose a divisor of ${channels}.`,
      );
      return { params: affineParams(key, channels, options), state: {}, output: leaf };
    },
    apply({ params, state }, x): [tf.Tensor, { state: Tree }] {
      const own = params as unknown as AffineParams;
      checkChannels(name, x, (own.gamma ?? own.beta)?.size);
      return [affine(standardize(x, groups, epsilon), own), { state }];
    },
  };
}
