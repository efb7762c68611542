import type * as tf from '@tensorflow/tfjs-core';
import { CustomCallback, type LayersModel, type ModelFitArgs } from '@tensorflow/tfjs-layers';
import type { LayersMetric } from '../as-metric.ts';
import { epochMetrics } from '../epoch-metrics.ts';
import { alignEvaluation } from './layers-model-border.ts';

/** What a call of `fit` may bring. */
type Callbacks = ModelFitArgs['callbacks'];

/** Metrics by their names in the logs. */
type Metrics = Readonly<Record<string, LayersMetric>>;

const measured = new WeakMap<LayersModel, { metrics: Metrics }>();

/** Makes `fit`, `fitDataset`, `evaluate` and `evaluateDataset` of a model give metrics over all samples. Another call replaces the metrics. */
export function logEpochs(model: LayersModel, metrics: Metrics): void {
  const known = measured.get(model);
  if (known) {
    known.metrics = metrics;
    return;
  }
  const current = { metrics };
  measured.set(model, current);
  alignEvaluation(model);
  const { fit, fitDataset, evaluate, evaluateDataset } = model;
  model.fit = (x, y, args = {}) =>
    during(current.metrics, () => fit.call(model, x, y, { ...args, callbacks: withEpochs(current.metrics, args.callbacks) }));
  model.fitDataset = (dataset, args) =>
    during(current.metrics, () =>
      fitDataset.call(model, dataset as never, { ...args, callbacks: withEpochs(current.metrics, args?.callbacks) } as never),
    );
  model.evaluate = (...args) => {
    begin(current.metrics);
    try {
      return exact(model, current.metrics, evaluate.apply(model, args));
    } finally {
      end(current.metrics);
    }
  };
  model.evaluateDataset = async (...args) => {
    begin(current.metrics);
    try {
      return exact(model, current.metrics, await evaluateDataset.apply(model, args));
    } finally {
      end(current.metrics);
    }
  };
}

/** Ours first, so that the user's callbacks see its values. tfjs-layers wants either instances or records. */
function withEpochs(metrics: Metrics, callbacks: Callbacks): NonNullable<Callbacks> {
  const list = callbacks == null ? [] : Array.isArray(callbacks) ? callbacks : [callbacks];
  const own = epochMetrics(metrics);
  const instances = list[0] !== undefined && 'setParams' in list[0];
  return (instances ? [new CustomCallback(own, 'never'), ...list] : [own, ...list]) as NonNullable<Callbacks>;
}

/** Runs and frees what the metrics hold, also after an error. */
async function during<T>(metrics: Metrics, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } finally {
    for (const { training, evaluation } of Object.values(metrics)) {
      training.clear();
      evaluation.clear();
    }
  }
}

function begin(metrics: Metrics): void {
  for (const { evaluation } of Object.values(metrics)) evaluation.begin();
}

function end(metrics: Metrics): void {
  for (const { evaluation } of Object.values(metrics)) evaluation.end();
}

/** What an evaluation returned, with the averages over batches replaced. */
function exact(model: LayersModel, metrics: Metrics, averages: tf.Scalar | tf.Scalar[]): tf.Scalar | tf.Scalar[] {
  if (!Array.isArray(averages)) return averages;
  return averages.map((average, i) => {
    const value = metrics[model.metricsNames[i] as string]?.evaluation.value();
    if (value === undefined) return average;
    average.dispose();
    return value;
  });
}
