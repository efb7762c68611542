import type { Metric, Tree } from '@kumiko/core';
import type { Batch, Evaluated } from './batch.ts';
import { updateMetric } from './internal/update-metric.ts';

/**
 * A metric that sees what a function picks from the model's output and the batch. With it any metric stands in `fit` and `evaluate`.
 *
 * @param metric for example an accuracy that wants logits and labels
 * @param select makes what the metric wants
 * @throws KumikoError from `update` when the metric runs into something that is missing; it shows what was picked
 * @example
 * const count: Metric<tf.Scalar, tf.Tensor, number> = {
 *   name: 'count',
 *   init: () => tf.scalar(0),
 *   update: (state, labels) => tf.add(state, labels.size),
 *   merge: (a, b) => tf.add(a, b),
 *   result: (state) => state.dataSync()[0] as number,
 * };
 * const metric = metricOn(count, ({ batch }) => batch['y'] as tf.Tensor);
 * metric.result(metric.update(metric.init(), { output: tf.zeros([2]), batch: { x: tf.zeros([2]), y: tf.zeros([2]) } })); // 2
 */
export function metricOn<S extends Tree, M, R, B extends Batch = Batch>(
  metric: Metric<S, M, R>,
  select: (evaluated: Evaluated<B>) => M,
): Metric<S, Evaluated<B>, R> {
  return {
    name: metric.name,
    init: () => metric.init(),
    update: (state, evaluated) => updateMetric('metricOn', metric, state, select(evaluated)),
    merge: (a, b) => metric.merge(a, b),
    result: (state) => metric.result(state),
  };
}
