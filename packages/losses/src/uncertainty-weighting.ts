import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link uncertaintyWeighting}: `reduction` is `'sum'` by default here. */
export interface UncertaintyWeightingOptions extends LossOptions {
  /** What each task is: a squared error is halved, a cross-entropy is not. Default: `'regression'` each. */
  readonly tasks?: readonly ('regression' | 'classification')[];
}

/**
 * Joins the losses of several tasks by uncertainties that are learned: `e^-s L / 2 + s / 2` for a regression and `e^-s L + s / 2`
 * for a classification, where `s = ln sigma^2` is a parameter of each task.
 *
 * @param losses float32 `[tasks]`: one mean loss a task, for example `tf.stack([a, b])`
 * @param logVariances float32 `[tasks]`: the parameters s, from 0 on
 * @param options `tasks`, `sampleWeights`, `reduction`
 * @returns a scalar, the sum of the tasks by default, or `[tasks]` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or `tasks` does not name each task
 * @example
 * uncertaintyWeighting(tf.tensor1d([2, 3]), tf.tensor1d([0, 0]), { tasks: ['regression', 'classification'] }); // 4: 2 / 2 + 3
 * @see Kendall et al., "Multi-task learning using uncertainty to weigh losses", CVPR 2018, equations 7 and 10
 */
export function uncertaintyWeighting(losses: tf.Tensor, logVariances: tf.Tensor, options: UncertaintyWeightingOptions = {}): tf.Scalar {
  const symbol = 'uncertaintyWeighting';
  check(
    losses.rank === 1,
    symbol,
    () => `expected losses [tasks], got ${formatShape(losses.shape)}. Stack one scalar a task: tf.stack([a, b]).`,
  );
  checkSameShape(symbol, "losses'", losses, 'logVariances', logVariances);
  const { tasks = Array.from({ length: losses.size }, () => 'regression' as const) } = options;
  check(
    tasks.length === losses.size && tasks.every((task) => task === 'regression' || task === 'classification'),
    symbol,
    () => `expected tasks to name ${losses.size} of 'regression' and 'classification', got [${tasks.join(', ')}]. Name each task.`,
  );
  const factors = tf.tensor1d(tasks.map((task) => (task === 'regression' ? 0.5 : 1)));
  const weighed = tf.mul(tf.mul(losses, factors), tf.exp(tf.neg(logVariances)));
  return finishLoss(tf.add(weighed, tf.mul(logVariances, 0.5)), { reduction: 'sum', ...options });
}
