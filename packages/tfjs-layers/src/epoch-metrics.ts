import type { CustomCallbackArgs } from '@tensorflow/tfjs-layers';
import { check } from '@kumiko/core';
import type { LayersMetric } from './as-metric.ts';

/**
 * A callback for `fit` and `fitDataset` that logs metrics over all samples of an epoch, where tfjs-layers averages over batches:
 * of training, and of validation data under `val_`. Put it first, so that other callbacks see its values.
 *
 * `configureModel` brings its own, and mends `evaluate` too.
 *
 * @param metrics what {@link asMetric} made and the model was compiled with, by the names in its logs
 * @throws KumikoError when one of them is no such metric
 * @example
 * const count: Metric<tf.Scalar, LayersBatch, tf.Scalar> = {
 *   name: 'count',
 *   init: () => tf.scalar(0),
 *   update: (state, { labels }) => tf.add(state, labels.size),
 *   merge: (a, b) => tf.add(a, b),
 *   result: (state) => state,
 * };
 * const callback = epochMetrics({ count: asMetric(count) });
 * Object.keys(callback); // ['onTrainBegin', 'onEpochBegin', 'onEpochEnd']
 */
export function epochMetrics(
  metrics: Readonly<Record<string, LayersMetric>>,
): Required<Pick<CustomCallbackArgs, 'onTrainBegin' | 'onEpochBegin' | 'onEpochEnd'>> {
  const entries = Object.entries(metrics);
  for (const [name, metric] of entries) {
    check(
      typeof metric === 'function' && metric.training !== undefined,
      'epochMetrics',
      () =>
        `expected metrics made by asMetric, got ${typeof metric} as '${name}'. Pass { ${name}: asMetric(...) } and compile the model with it.`,
    );
  }
  const all = entries.flatMap(([name, { training, evaluation }]) => [
    { name, running: training },
    { name: `val_${name}`, running: evaluation },
  ]);
  return {
    async onTrainBegin() {
      for (const { running } of all) running.clear();
    },
    async onEpochBegin() {
      for (const { running } of all) running.begin();
    },
    async onEpochEnd(_epoch, logs) {
      for (const { name, running } of all) {
        const value = await running.read();
        running.end();
        if (logs && value !== undefined && name in logs) logs[name] = value;
      }
    },
  };
}
