import * as tf from '@tensorflow/tfjs-core';
import { check, type Metric, type Tree } from '@kumiko/core';
import { alignedTargets, areLabels } from './internal/aligned-targets.ts';
import { isReevaluating } from './internal/reevaluation.ts';
import { RunningMetric } from './internal/running-metric.ts';
import { scalarOf } from './internal/scalar-of.ts';

/** What a metric sees of a batch of tfjs-layers; every batch of `@kumiko/metrics` is a part of it. */
export type LayersBatch = {
  /** The model's output; `[batch]` where the targets have its shape `[batch,1]`. */
  readonly predictions: tf.Tensor;
  /** The targets in the shape of the predictions, float32; of class labels int32 `[batch]`. */
  readonly targets: tf.Tensor;
  /** Class labels, int32 `[batch]`: as they came, or of one-hot targets `[batch,classes]` the largest; else the targets. */
  readonly labels: tf.Tensor;
};

/** Options of {@link asMetric}. */
export interface AsMetricOptions<B> {
  /** Its name in the logs. Default: the metric's. */
  readonly name?: string;
  /** Makes what the metric wants, for example `({ predictions, labels }) => ({ predictions: tf.softmax(predictions), labels })`. Default: the batch as it is. */
  readonly select?: (batch: LayersBatch) => B;
}

/** A metric of tfjs-layers that also knows its value over an epoch, for {@link epochMetrics}. */
export interface LayersMetric {
  /** The value of one batch, a float32 scalar. */
  (targets: tf.Tensor, predictions: tf.Tensor): tf.Scalar;
  /** Over the batches that the model is trained with. */
  readonly training: RunningMetric;
  /** Over those that it is evaluated with. */
  readonly evaluation: RunningMetric;
}

/**
 * A metric as tfjs-layers wants it: a function of targets and predictions that gives the value of one batch.
 *
 * tfjs-layers averages those values over an epoch, which is right for shares of samples alone: precision, recall and AUROC are none.
 * `configureModel`, and the callback {@link epochMetrics}, put the value over all samples of the epoch in place of the average.
 *
 * @param metric whose result is one number
 * @param options `name`, `select`
 * @throws KumikoError when `metric` is none; in use, when its result is not one number
 * @example
 * const largest: Metric<tf.Scalar, LayersBatch, tf.Scalar> = {
 *   name: 'largest',
 *   init: () => tf.scalar(-Infinity),
 *   update: (state, { predictions }) => tf.maximum(state, tf.max(predictions)),
 *   merge: (a, b) => tf.maximum(a, b),
 *   result: (state) => state,
 * };
 * asMetric(largest)(tf.tensor2d([[0], [1]]), tf.tensor2d([[3], [2]])); // tf.scalar(3)
 * @see tf.metrics of TensorFlow.js
 */
export function asMetric<S extends Tree, B, R>(metric: Metric<S, B, R>, { name, select }: AsMetricOptions<B> = {}): LayersMetric {
  check(
    typeof metric?.update === 'function' && typeof metric.merge === 'function',
    'asMetric',
    () => `expected a metric, got ${metric === null ? 'null' : typeof metric}. Pass for example accuracy() of @kumiko/metrics.`,
  );
  const training = new RunningMetric(metric as never);
  const evaluation = new RunningMetric(metric as never);
  const measure = (targets: tf.Tensor, predictions: tf.Tensor): tf.Scalar =>
    tf.tidy(() => {
      const batch = layersBatch(targets, predictions);
      const state = metric.update(metric.init(), select ? select(batch) : (batch as B));
      // Training alone computes gradients; the model says nowhere which of the two it does.
      if (!isReevaluating()) (tf.engine().state.gradientDepth > 0 ? training : evaluation).add(state);
      return tf.clone(scalarOf(metric.name, metric.result(state)));
    });
  // tfjs-layers logs a function under its name.
  Object.defineProperty(measure, 'name', { value: name ?? metric.name });
  return Object.assign(measure, { training, evaluation });
}

function layersBatch(raw: tf.Tensor, output: tf.Tensor): LayersBatch {
  const targets = alignedTargets(output, raw);
  if (areLabels(output, raw)) return { predictions: output, targets, labels: targets };
  const last = output.shape.at(-1);
  if (last === 1 && output.rank > 1 && targets.rank === output.rank && targets.shape.at(-1) === 1) {
    const numbers = tf.squeeze(targets, [-1]);
    return { predictions: tf.squeeze(output, [-1]), targets: numbers, labels: numbers };
  }
  const oneHot = output.rank === 2 && targets.rank === 2 && last !== undefined && last > 1;
  return { predictions: output, targets, labels: oneHot ? tf.argMax(targets, 1) : targets };
}
