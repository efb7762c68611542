import * as tf from '@tensorflow/tfjs-core';
import {
  check,
  disposeTree,
  formatShape,
  keepTree,
  leaves,
  mapTree,
  unflatten,
  type Layer,
  type Metric,
  type Transform,
  type Tree,
} from '@kumiko/core';
import type { Batch, Evaluated } from './batch.ts';
import { valueAndGradients } from './internal/value-and-gradients.ts';
import type { TrainState } from './train-state.ts';

/** A loss of a batch: gets the model's output and returns a float32 scalar. */
export type LossFunction<B extends Batch = Batch> = (output: tf.Tensor, batch: B) => tf.Scalar;

/** Metrics by the names that logs show. */
export type Metrics<B extends Batch = Batch> = { readonly [name: string]: Metric<Tree, Evaluated<B>, unknown> };

/** What is trained, and how: the values that {@link trainStep} and `fit` bring together. */
export interface Task<B extends Batch = Batch> {
  readonly model: Layer;
  readonly loss: LossFunction<B>;
  readonly optimizer: Transform;
  /** Measured on every batch. Default: none. */
  readonly metrics?: Metrics<B>;
}

/** What a step reports, as tensors that nothing has read yet. */
export type StepLogs = {
  readonly loss: tf.Scalar;
  /** The state of each metric that has seen this batch alone. */
  readonly metrics: { readonly [name: string]: Tree };
};

/** One step: a pure function of trees that disposes no argument. */
export type TrainStep<B extends Batch = Batch> = (state: TrainState, batch: B) => [TrainState, StepLogs];

/**
 * The step that trains a model: forward, loss, gradients, optimizer, `params' = params + updates`.
 *
 * It is pure: equal arguments give equal results, and what it returns shares no tensor with what it got. Call it in a loop of your own
 * or leave that to `fit`; the caller disposes old states. A parameter that the loss does not depend on has gradient 0.
 *
 * @param task model, loss, optimizer, metrics
 * @throws KumikoError from the step when the loss is not a scalar
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
export function trainStep<B extends Batch = Batch>({ model, loss, optimizer, metrics = {} }: Task<B>): TrainStep<B> {
  const measured = Object.entries(metrics);
  return (train, batch) =>
    tf.tidy((): [TrainState, StepLogs] => {
      const params = leaves<tf.Tensor>(train.params);
      check(
        params.length > 0,
        'trainStep',
        () => `expected a model with parameters, got none from '${model.name}'. Add a layer that learns.`,
      );
      // Copies that outlive the forward pass, whose scope disposes all but the loss.
      let copies: { output: Tree; state: Tree } = { output: [], state: {} };
      const forward = (): tf.Scalar => {
        const [output, next] = model.apply(train, batch.x, { training: true, key: train.key });
        copies = keepTree({ output: measured.length > 0 ? cloneTree(output) : [], state: cloneTree(next.state) });
        const value = loss(output as tf.Tensor, batch);
        check(
          value.size === 1,
          'trainStep',
          () =>
            `expected the loss to be a scalar, got a tensor ${formatShape(value.shape)}. Reduce it, for example with reduction: 'mean'.`,
        );
        return tf.reshape(value, []);
      };
      try {
        const { value, gradients } = valueAndGradients(forward, params);
        const [updates, optimizerState] = optimizer.update(unflatten(train.params, gradients), train.optimizer, train.params, { value });
        const logs = measured.map(([name, metric]) => [name, metric.update(metric.init(), { output: copies.output, batch })] as const);
        const next: TrainState = {
          params: mapTree<tf.Tensor, tf.Tensor, tf.Tensor>((param, update) => tf.add(param, update), train.params, updates),
          state: cloneTree(copies.state),
          optimizer: optimizerState,
          key: tf.add(train.key, tf.tensor1d([0, 1], 'int32')),
        };
        return [next, { loss: value, metrics: Object.fromEntries(logs) }];
      } finally {
        disposeTree([copies.output, copies.state]);
      }
    });
}

function cloneTree(tree: Tree): Tree {
  return mapTree<tf.Tensor, tf.Tensor>((leaf) => tf.clone(leaf), tree);
}
