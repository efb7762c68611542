import * as tf from '@tensorflow/tfjs-core';
import { check, foldIn, type Layer, type Tree } from '@kumiko/core';
import { affineParams, type AffineParams } from '../internal/affine.ts';
import { channelsOf } from '../internal/channels-of.ts';
import { checkChannels } from '../internal/check-channels.ts';
import { checkEpsilon } from '../internal/check-epsilon.ts';
import { ones } from '../initializers/ones.ts';
import { zeros } from '../initializers/zeros.ts';

/** Options of {@link batchNorm}. */
export interface BatchNormOptions {
  /** Share of the old running statistics that a training call keeps, in [0, 1]. Default: 0.99. PyTorch's `momentum` is `1 - momentum`. */
  readonly momentum?: number;
  /** Added to the variance, above 0. Default: 1e-3, as in tf.layers; PyTorch has 1e-5. */
  readonly epsilon?: number;
  /** Whether to multiply each channel by a learned `gamma`, 1 at first. Default: true. */
  readonly scale?: boolean;
  /** Whether to add a learned `beta` to each channel, 0 at first. Default: true. */
  readonly center?: boolean;
  /** Name of the layer. Default: `'batchNorm'`. */
  readonly name?: string;
}

/** State of {@link batchNorm}. */
interface BatchNormState {
  readonly movingMean: tf.Tensor1D;
  readonly movingVariance: tf.Tensor1D;
}

/**
 * Normalises each channel: `y = (x - mean) / sqrt(variance + epsilon) * gamma + beta`. In training the mean and the biased variance are
 * those of the batch over all axes but the last, outside of it the running ones.
 *
 * A training call moves the running statistics: `moving = momentum moving + (1 - momentum) batch`, where the batch's variance is the
 * unbiased one (divided by n - 1), as in tf.layers and PyTorch; of a single value it is 0.
 *
 * Parameters: `gamma` and `beta`, float32 `[channels]` (PyTorch: `weight`, `bias`).
 * State: `movingMean` and `movingVariance`, float32 `[channels]`, 0 and 1 at first.
 *
 * @param options all optional
 * @returns a layer of `[batch,...,channels]` to the same shape
 * @throws KumikoError when an option is out of range; `init` when the input has fewer than two axes
 * @example
 * const layer = batchNorm({ momentum: 0.5 });
 * const { params, state } = layer.init(key(0), shapeOf([2, 1]));
 * const [y, next] = layer.apply({ params, state }, tf.tensor2d([[-90], [90]]), { training: true });
 * y; // [[-1], [1]]
 * next.state; // { movingMean: [0], movingVariance: [8100.5] }
 * @see Ioffe and Szegedy, "Batch normalization", ICML 2015; tf.layers.batchNormalization, torch.nn.BatchNorm2d
 */
export function batchNorm(options: BatchNormOptions = {}): Layer<tf.Tensor, tf.Tensor> {
  const { momentum = 0.99, epsilon = 1e-3, name = 'batchNorm' } = options;
  check(
    momentum >= 0 && momentum <= 1,
    name,
    () => `expected momentum in [0, 1], got ${momentum}. Pass for example 0.9, which PyTorch calls 0.1.`,
  );
  checkEpsilon(name, epsilon);
  return {
    name,
    init(key, input) {
      const { leaf, channels } = channelsOf(name, input);
      const state = {
        movingMean: zeros(foldIn(key, 'movingMean'), [channels]),
        movingVariance: ones(foldIn(key, 'movingVariance'), [channels]),
      };
      return { params: affineParams(key, channels, options), state, output: leaf };
    },
    apply({ params, state }, x, { training }): [tf.Tensor, { state: Tree }] {
      const { gamma, beta } = params as unknown as AffineParams;
      const { movingMean, movingVariance } = state as unknown as BatchNormState;
      checkChannels(name, x, movingMean.size);
      const rows = tf.reshape(x, [-1, movingMean.size]);
      const mean = training ? tf.mean(rows, 0) : movingMean;
      const centered = tf.sub(rows, mean);
      const variance = training ? tf.mean(tf.square(centered), 0) : movingVariance;
      // Not tf.batchNorm: on wasm these two products take a quarter of its time, and its gradient needs both parameters.
      const inverse = tf.rsqrt(tf.add(variance, epsilon));
      const scaled = tf.mul(centered, gamma ? tf.mul(inverse, gamma) : inverse);
      const y = tf.reshape(beta ? tf.add(scaled, beta) : scaled, x.shape);
      if (!training) return [y, { state }];
      const moved = (moving: tf.Tensor, batch: tf.Tensor, share: number): tf.Tensor =>
        tf.add(tf.mul(moving, momentum), tf.mul(batch, share * (1 - momentum)));
      const count = rows.shape[0] as number;
      const unbiased = count / Math.max(count - 1, 1);
      return [y, { state: { movingMean: moved(movingMean, mean, 1), movingVariance: moved(movingVariance, variance, unbiased) } }];
    },
  };
}
