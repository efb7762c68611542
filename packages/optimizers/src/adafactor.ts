import * as tf from '@tensorflow/tfjs-core';
import type { Schedule, Transform, Tree } from '@kumiko/core';
import { checkOption, positive } from './internal/check-option.ts';
import { leafTransform } from './internal/leaf-transform.ts';
import { checkLearningRate, learningRateAt } from './internal/learning-rate.ts';

/** Options of {@link adafactor}. */
export interface AdafactorOptions {
  /** Step size relative to a parameter's: at least 0, or a schedule. Default: `min(1e-2, 1 / sqrt(t))`, t counting updates from 1. */
  readonly learningRate?: number | Schedule;
  /** The means of squares decay by `1 - t^-decayPower`; above 0. Default: 0.8. */
  readonly decayPower?: number;
  /** Root mean square that the scaled gradient of a parameter may have, above 0. Default: 1. */
  readonly clipping?: number;
  /** Added to the squares, above 0. Default: 1e-30. */
  readonly epsilon?: number;
  /** Smallest root mean square that a parameter counts as, above 0. Default: 1e-3. */
  readonly minimumScale?: number;
}

/** State of {@link adafactor}. Where a parameter does not need a tensor it is `[1]`. */
export type AdafactorState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Mean squares of the rows of matrices. */
  readonly row: Tree;
  /** Mean squares of the columns of matrices. */
  readonly column: Tree;
  /** Mean squares of all other parameters. */
  readonly full: Tree;
};

/**
 * Adam in little memory, without momentum: of a matrix (the last two axes) only the mean squares R of its rows and C of its columns are kept.
 * With `b = 1 - t^-decayPower`: `V = b V + (1 - b) (g^2 + epsilon)`, for matrices `V = R C / mean(R)`; `u = g / sqrt(V)`,
 * `u = u / max(1, rms(u) / clipping)`, `params = params - learningRate * max(minimumScale, rms(params)) * u`.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = adafactor({ learningRate: 0.5 });
 * const params = { w: tf.scalar(4) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -2 }
 * @see Shazeer and Stern, "Adafactor: adaptive learning rates with sublinear memory cost", ICML 2018, algorithms 4 and 5
 */
export function adafactor(options: AdafactorOptions = {}): Transform<AdafactorState> {
  const { learningRate, decayPower = 0.8, clipping = 1, epsilon = 1e-30, minimumScale = 1e-3 } = options;
  if (learningRate !== undefined) checkLearningRate('adafactor', learningRate);
  checkOption('adafactor', 'decayPower', decayPower, positive, 0.8);
  checkOption('adafactor', 'clipping', clipping, positive, 1);
  checkOption('adafactor', 'epsilon', epsilon, positive, 1e-30);
  checkOption('adafactor', 'minimumScale', minimumScale, positive, 1e-3);
  const meanOver = (axis: number, { rank, shape }: tf.Tensor): tf.Tensor =>
    tf.zeros(rank < 2 ? [1] : shape.map((size, i) => (i === rank + axis ? 1 : size)));
  const rms = (x: tf.Tensor): tf.Tensor => tf.sqrt(tf.mean(tf.square(x)));
  return leafTransform({
    name: 'adafactor',
    slots: {
      row: (param) => meanOver(-1, param),
      column: (param) => meanOver(-2, param),
      full: (param) => (param.rank < 2 ? tf.zerosLike(param) : tf.zeros([1])),
    },
    shared: (step) => ({
      fresh: tf.pow(step, -decayPower),
      rate: learningRate === undefined ? tf.minimum(1e-2, tf.rsqrt(step)) : learningRateAt(learningRate, step),
    }),
    rule({ grad, param }, slots, { fresh, rate }) {
      const square = tf.add(tf.square(grad), epsilon);
      const towards = (mean: tf.Tensor, value: tf.Tensor): tf.Tensor => tf.add(mean, tf.mul(tf.sub(value, mean), fresh));
      const factored = grad.rank >= 2;
      const row = factored ? towards(slots.row, tf.mean(square, -1, true)) : tf.clone(slots.row);
      const column = factored ? towards(slots.column, tf.mean(square, -2, true)) : tf.clone(slots.column);
      const full = factored ? tf.clone(slots.full) : towards(slots.full, square);
      // Two roots, not the root of the product: squares as small as epsilon would multiply to 0 in float32.
      const root = factored ? tf.mul(tf.sqrt(tf.div(row, tf.mean(row, -2, true))), tf.sqrt(column)) : tf.sqrt(full);
      const direction = tf.div(grad, root);
      const scale = tf.mul(tf.maximum(rms(param), minimumScale), rate);
      const clipped = tf.div(direction, tf.maximum(tf.div(rms(direction), clipping), 1));
      return [tf.neg(tf.mul(clipped, scale)), { row, column, full }];
    },
  });
}
