import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { check, type Metric, type Transform, type Tree } from '@kumiko/core';
import { asLoss, type LayersLoss, type LossWithReduction } from './as-loss.ts';
import { asMetric, type LayersBatch, type LayersMetric } from './as-metric.ts';
import { asOptimizer } from './as-optimizer.ts';
import { acceptAnyTargets, forgetFunctions, outputNamesOf, ownOptimizer } from './internal/layers-model-border.ts';
import { loadedOptimizer } from './internal/loaded-optimizer.ts';
import { logEpochs } from './internal/log-epochs.ts';

/** A loss of {@link configureModel}: a function, or the name of a loss of tfjs-layers. */
export type ModelLoss = LossWithReduction<object> | string;

/** A metric of {@link configureModel}: one of Kumiko, or what {@link asMetric} made of it. */
export type ModelMetric = Metric<Tree, LayersBatch, unknown> | LayersMetric;

/** Options of {@link configureModel}. */
export interface ConfigureModelOptions {
  /** A transform, for example `adamw()`; or any optimizer of TensorFlow.js. */
  readonly optimizer: Transform | tf.Optimizer;
  /** For every output, or by the outputs' names. */
  readonly loss: ModelLoss | Readonly<Record<string, ModelLoss>>;
  /** Of the one output, or by the outputs' names. Default: none. */
  readonly metrics?: readonly ModelMetric[] | Readonly<Record<string, readonly ModelMetric[]>>;
}

/** The optimizers that were made here, and so belong to their models. */
const made = new WeakMap<LayersModel, tf.Optimizer>();

/**
 * `model.compile` for Kumiko's optimizers, losses and metrics, with what they need around them:
 *
 * - targets may be whole-numbered labels `[batch]`, int32 or float32, as `sparseCategoricalCrossEntropy` wants them;
 * - `fit`, `fitDataset`, `evaluate` and `evaluateDataset` give metrics over all samples, not averages over batches;
 * - with several outputs, the values of an evaluation stand at their names, which tfjs-layers 4.22 misplaces;
 * - after `loadLayersModel` of a model that was saved with `includeOptimizer: true`, the optimizer continues where it was;
 * - `model.dispose()` frees the optimizer's state.
 *
 * Batch logs and `trainOnBatch` give the metrics of the one batch. Call it again to change anything, for example after layers were frozen;
 * the optimizer then begins anew.
 *
 * @param model built, or with an input shape
 * @param options optimizer, loss, metrics
 * @returns the model
 * @throws KumikoError when optimizer or loss is none, a name of an output is unknown, two metrics have one name, or the optimizer is another than the loaded model was saved with
 * @example
 * import * as tf from '@tensorflow/tfjs';
 * import { sparseCategoricalCrossEntropy } from '@kumiko/losses';
 * import { accuracy } from '@kumiko/metrics';
 * import { adamw } from '@kumiko/optimizers';
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [1] })] });
 * configureModel(model, { optimizer: adamw({ learningRate: 0.1 }), loss: sparseCategoricalCrossEntropy, metrics: [accuracy()] });
 * const { history } = await model.fit(tf.tensor2d([[-1], [1]]), tf.tensor1d([0, 1], 'int32'), { epochs: 40 });
 * history['accuracy']?.at(-1); // 1
 * @see https://www.tensorflow.org/tutorials/quickstart/beginner
 */
export function configureModel(model: LayersModel, options: ConfigureModelOptions): LayersModel {
  const { optimizer, loss, metrics = [] } = options;
  const outputs = outputNamesOf(model);
  const losses = byOutput('loss', loss, outputs);
  const adapted = Object.fromEntries(
    Object.entries(byOutput('metrics', metrics as readonly ModelMetric[], outputs)).map(([output, list]) => [
      output,
      list.map((one) => (isLayersMetric(one) ? one : asMetric(one as Metric<Tree, LayersBatch, unknown>))),
    ]),
  );
  check(
    !Array.isArray(metrics) || metrics.length === 0 || outputs.length === 1,
    'configureModel',
    () => `expected metrics by output of a model with ${outputs.length}, got a list. Pass { ${outputs[0]}: [...] }.`,
  );
  const logged = byLogName(adapted, outputs);

  const functions = Object.fromEntries(
    Object.entries(losses).map(([output, one]) => [output, typeof one === 'string' ? one : asLoss(one)]),
  );
  check(
    typeof optimizer === 'object' && optimizer !== null,
    'configureModel',
    () => `expected an optimizer, got ${optimizer === null ? 'null' : typeof optimizer}. Pass for example adamw() of @kumiko/optimizers.`,
  );

  const previous = made.get(model);
  const loaded = loadedOptimizer(model);
  const isTransform = 'update' in optimizer;
  const own = isTransform ? asOptimizer(optimizer, { model }) : optimizer;
  model.compile({
    optimizer: own,
    loss: functions as Record<string, LayersLoss>,
    metrics: adapted as never,
  });
  loaded?.dispose();
  if (previous !== own) previous?.dispose();
  made.delete(model);
  if (isTransform) {
    made.set(model, own);
    ownOptimizer(model);
  }
  acceptAnyTargets(model);
  forgetFunctions(model);
  logEpochs(model, logged);
  return model;
}

function isLayersMetric(metric: ModelMetric): metric is LayersMetric {
  return typeof metric === 'function';
}

/** What stands for each output. */
function byOutput<T extends string | object>(
  option: string,
  value: T | Readonly<Record<string, T>>,
  outputs: readonly string[],
): Record<string, T> {
  if (typeof value !== 'object' || Array.isArray(value)) return Object.fromEntries(outputs.map((output) => [output, value as T]));
  const unknown = Object.keys(value).find((name) => !outputs.includes(name));
  check(
    unknown === undefined,
    'configureModel',
    () => `expected ${option} for the outputs '${outputs.join("', '")}', got '${unknown}'. Name the layers that make the outputs.`,
  );
  return { ...(value as Readonly<Record<string, T>>) };
}

/** The metrics by the names under which tfjs-layers logs them. */
function byLogName(adapted: Readonly<Record<string, readonly LayersMetric[]>>, outputs: readonly string[]): Record<string, LayersMetric> {
  const logged: Record<string, LayersMetric> = {};
  const seen = new Set<LayersMetric>();
  for (const [output, list] of Object.entries(adapted)) {
    for (const metric of list) {
      const name = outputs.length > 1 ? `${output}_${metric.name}` : metric.name;
      check(
        !Object.hasOwn(logged, name) && name !== 'loss' && !seen.has(metric),
        'configureModel',
        () => `expected metrics of different names, got '${name}' twice. Pass asMetric(metric, { name }).`,
      );
      logged[name] = metric;
      seen.add(metric);
    }
  }
  return logged;
}
