import { tidy, type TensorContainer } from '@tensorflow/tfjs-core';
import type { Metric, Tree } from '@kumiko/core';

/** Metrics by name, whatever their states, batches and results. */
export type NamedMetrics = { readonly [name: string]: Metric<Tree, never, unknown> };

/** The state of {@link metrics}: that of each, by name. */
export type MetricsState<M extends NamedMetrics> = { readonly [K in keyof M]: M[K] extends Metric<infer S, never, unknown> ? S : never };

/** A batch that all of the metrics can read. */
export type MetricsBatch<M extends NamedMetrics> = {
  readonly [K in keyof M]: M[K] extends Metric<Tree, infer B, unknown> ? (batch: B) => void : never;
}[keyof M] extends (batch: infer B) => void
  ? B
  : never;

/** What {@link metrics} say: what each says, by name. */
export type MetricsResult<M extends NamedMetrics> = { readonly [K in keyof M]: M[K] extends Metric<Tree, never, infer R> ? R : never };

/**
 * Several metrics as one: they see the same batches, and state and result are records by the same names.
 *
 * @param all the metrics by name; names are not empty and have no `/`
 * @example
 * const both = metrics({ accuracy: accuracy(), f1: fBeta(2) });
 * const batch = { predictions: tf.tensor1d([0, 1, 1], 'int32'), labels: tf.tensor1d([0, 1, 0], 'int32') };
 * both.result(both.update(both.init(), batch)).accuracy; // tf.scalar(0.6666667)
 * @see torchmetrics' MetricCollection
 */
export function metrics<M extends NamedMetrics>(all: M): Metric<MetricsState<M>, MetricsBatch<M>, MetricsResult<M>> {
  const each = <V>(of: (metric: Metric<Tree, unknown, unknown>, name: string) => unknown): V =>
    Object.fromEntries(Object.entries(all).map(([name, metric]) => [name, of(metric as Metric<Tree, unknown, unknown>, name)])) as V;
  type States = { readonly [name: string]: Tree };
  return {
    name: 'metrics',
    init: () => each((metric) => metric.init()),
    // In a tidy, so that what the first made is not lost when another refuses the batch.
    update: (state, batch) =>
      tidy(() => each<TensorContainer>((metric, name) => metric.update((state as States)[name] as Tree, batch)) as never),
    merge: (a, b) => each((metric, name) => metric.merge((a as States)[name] as Tree, (b as States)[name] as Tree)),
    result: (state) => each((metric, name) => metric.result((state as States)[name] as Tree)),
  };
}
