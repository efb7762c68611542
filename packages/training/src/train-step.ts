import * as tf from '@tensorflow/tfjs-core';
import {
  check,
  disposeTree,
  flatten,
  keepTree,
  leaves,
  mapTree,
  mapTreeWithNames,
  unflatten,
  type Layer,
  type Metric,
  type Transform,
  type Tree,
} from '@kumiko/core';
import type { Batch, Evaluated } from './batch.ts';
import { areFinite } from './internal/finite.ts';
import { joinLoss } from './internal/join-loss.ts';
import { matchingNames } from './internal/matching-names.ts';
import { updateMetric } from './internal/update-metric.ts';
import { valueAndGradients } from './internal/value-and-gradients.ts';
import type { TrainState } from './train-state.ts';

/**
 * A loss of a batch: gets the model's output and returns a float32 scalar, or a loss for each sample, `[batch, ...]`, whose mean is taken:
 * over the axes of a sample, then over the samples by their weights.
 */
export type LossFunction<B extends Batch = Batch> = (output: tf.Tensor, batch: B) => tf.Tensor;

/** The weight of each sample of a batch, float32 `[batch]` and at least 0. */
export type WeightFunction<B extends Batch = Batch> = (batch: B) => tf.Tensor;

/** Metrics by the names that logs show. */
export type Metrics<B extends Batch = Batch> = { readonly [name: string]: Metric<Tree, Evaluated<B>, unknown> };

/** What is trained, and how: the values that {@link trainStep} and `fit` bring together. */
export interface Task<B extends Batch = Batch> {
  readonly model: Layer;
  readonly loss: LossFunction<B>;
  readonly optimizer: Transform;
  /** Measured on every batch. Default: none. */
  readonly metrics?: Metrics<B>;
  /**
   * How much each sample counts in the loss, `sum(w * loss) / sum(w)`; needs a loss for each sample. `classWeights` makes one. Default: all alike.
   */
  readonly weights?: WeightFunction<B>;
  /**
   * Parameters that stay as they are, by name: a regular expression, or a pattern in which `*` stands for anything within a part of the
   * path and `**` for anything: `encoder/**`. They get no gradient and no update. Default: none.
   */
  readonly frozen?: readonly (string | RegExp)[];
  /** Whether the step also tells which of its tensors are finite, so that `fit` can name the first that is not. Costs a pass over each. Default: false. */
  readonly checkFinite?: boolean;
}

/** What a step reports, as tensors that nothing has read yet. */
export type StepLogs = {
  readonly loss: tf.Scalar;
  /** The state of each metric that has seen this batch alone. */
  readonly metrics: { readonly [name: string]: Tree };
  /** With `checkFinite`: whether each tensor is finite, bool `[tensors]`: those of the batch, parameters, loss, gradients, new parameters. */
  readonly finite?: tf.Tensor1D;
};

/** One step: a pure function of trees that disposes no argument. */
export type TrainStep<B extends Batch = Batch> = (state: TrainState, batch: B) => [TrainState, StepLogs];

/**
 * The step that trains a model: forward, loss, gradients, optimizer, `params' = params + updates`.
 *
 * It is pure: equal arguments give equal results, and what it returns shares no tensor with what it got. Call it in a loop of your own
 * or leave that to `fit`; the caller disposes old states. A parameter that the loss does not depend on has gradient 0.
 *
 * @param task model, loss, optimizer; metrics, weights and frozen parameters as wanted
 * @throws KumikoError from the step when the loss is neither a scalar nor one of each sample, weights are given for a scalar, or a pattern
 * fits no parameter or all of them
 * @example
 * import { cpu, selectBackend } from '@kumiko/backend';
 * await selectBackend([cpu()]);
 * const model: Layer = {
 *   name: 'scale',
 *   init: (_key, output) => ({ params: { w: tf.ones([]) }, state: {}, output }),
 *   apply: ({ params, state }, x) => [tf.mul(x as tf.Tensor, (params as { w: tf.Tensor }).w), { state }],
 * };
 * const descent: Transform = {
 *   name: 'descent',
 *   init: () => ({}),
 *   update: (grads, state) => [mapTree((grad: tf.Tensor) => tf.mul(grad, -0.25), grads), state],
 * };
 * const step = trainStep({ model, loss: (y, batch) => tf.mean(tf.squaredDifference(y, batch['y'] as tf.Tensor)), optimizer: descent });
 * const state = initTrainState({ model, optimizer: descent, key: key(0), input: shapeOf([1]) });
 * const [next, { loss }] = step(state, { x: tf.tensor1d([1]), y: tf.tensor1d([3]) });
 * loss; // 4
 * next.params; // { w: 2 }
 */
export function trainStep<B extends Batch = Batch>(task: Task<B>): TrainStep<B> {
  const { model, loss, optimizer, metrics = {}, weights, frozen = [], checkFinite = false } = task;
  const measured = Object.entries(metrics);
  return (train, batch) =>
    tf.tidy((): [TrainState, StepLogs] => {
      const named = flatten<tf.Tensor>(train.params);
      check(
        named.length > 0,
        'trainStep',
        () => `expected a model with parameters, got none from '${model.name}'. Add a layer that learns.`,
      );
      const still = matchingNames(
        'trainStep',
        frozen,
        named.map(({ name }) => name),
      );
      const kept = new Map(named.map(({ name, leaf }) => [name, leaf]));
      const learning = named.filter(({ name }) => !still.has(name)).map(({ leaf }) => leaf);
      check(
        learning.length > 0,
        'trainStep',
        () => `expected parameters that learn, got all ${named.length} frozen. Take a pattern out of frozen.`,
      );
      // Copies that outlive the forward pass, whose scope disposes all but the loss.
      let copies: { output: Tree; state: Tree } = { output: [], state: {} };
      const forward = (): tf.Scalar => {
        const [output, next] = model.apply(train, batch.x, { training: true, key: train.key });
        copies = keepTree({ output: measured.length > 0 ? cloneTree(output) : [], state: cloneTree(next.state) });
        return joinLoss('trainStep', loss(output as tf.Tensor, batch), batch, weights);
      };
      try {
        const { value, gradients } = valueAndGradients(forward, learning);
        const taken = gradients.values();
        const grads = named.map(({ name, leaf }) => (still.has(name) ? tf.zerosLike(leaf) : (taken.next().value as tf.Tensor)));
        const [updates, optimizerState] = optimizer.update(unflatten(train.params, grads), train.optimizer, train.params, { value });
        const updated = mapTree<tf.Tensor, tf.Tensor, tf.Tensor>((param, update) => tf.add(param, update), train.params, updates);
        const params = mapTreeWithNames<tf.Tensor, tf.Tensor>(
          (name, leaf) => (still.has(name) ? tf.clone(kept.get(name) as tf.Tensor) : leaf),
          updated,
        );
        const seen = { output: copies.output, batch };
        const logs = measured.map(([name, metric]) => [name, updateMetric('trainStep', metric, metric.init(), seen)] as const);
        const next: TrainState = {
          params,
          state: cloneTree(copies.state),
          optimizer: optimizerState,
          key: tf.add(train.key, tf.tensor1d([0, 1], 'int32')),
        };
        const finite = checkFinite
          ? {
              finite: areFinite([
                ...leaves<tf.Tensor>(batch),
                ...leaves<tf.Tensor>(train.params),
                value,
                ...grads,
                ...leaves<tf.Tensor>(params),
              ]),
            }
          : {};
        return [next, { loss: value, metrics: Object.fromEntries(logs), ...finite }];
      } finally {
        disposeTree([copies.output, copies.state]);
      }
    });
}

function cloneTree(tree: Tree): Tree {
  return mapTree<tf.Tensor, tf.Tensor>((leaf) => tf.clone(leaf), tree);
}
