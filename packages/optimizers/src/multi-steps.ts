import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Transform, type Tree } from '@kumiko/core';
import { checkOption, count } from './internal/check-option.ts';
import { selectTree } from './internal/select-tree.ts';

/** State of {@link multiSteps}. */
export type MultiStepsState<S extends Tree> = {
  /** Gradients in the sum, int32 scalar. */
  readonly step: tf.Scalar;
  /** Sum of the gradients since the last update. */
  readonly sum: Tree;
  /** State of the optimizer inside. */
  readonly inner: S;
};

/**
 * Gradient accumulation: the optimizer inside runs once in `steps` calls, on the mean of their gradients; the updates between are 0.
 * Batches of one size thus act as one large batch.
 *
 * @param inner any optimizer
 * @param steps calls to an update, at least 1
 * @throws KumikoError when `steps` is out of range
 * @example
 * const optimizer = multiSteps(sgd({ learningRate: 1 }), 2);
 * const params = { w: tf.scalar(0) };
 * const [first, state] = optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params);
 * first; // { w: 0 }
 * optimizer.update({ w: tf.scalar(4) }, state, params)[0]; // { w: -3 }
 * @see optax.MultiSteps
 */
export function multiSteps<S extends Tree>(inner: Transform<S>, steps: number): Transform<MultiStepsState<S>> {
  checkOption('multiSteps', 'steps', steps, count, 4);
  const zeros = (tree: Tree): Tree => mapTree<tf.Tensor, tf.Tensor>((leaf) => tf.zerosLike(leaf), tree);
  const { evalParams } = inner;
  return {
    name: 'multiSteps',
    init: (params) => ({ step: tf.scalar(0, 'int32'), sum: zeros(params), inner: inner.init(params) }),
    update(grads, state, params, extra) {
      const sum = mapTree<tf.Tensor, tf.Tensor, tf.Tensor>((total, grad) => tf.add(total, grad), state.sum, grads);
      const counted: tf.Scalar = tf.add(state.step, tf.scalar(1, 'int32'));
      const complete = tf.equal(counted, steps);
      const means = mapTree<tf.Tensor, tf.Tensor>((total) => tf.div(total, steps), sum);
      const [updates, next] = inner.update(means, state.inner, params, extra);
      return [
        selectTree(complete, updates, zeros(updates)),
        {
          step: tf.where(complete, tf.scalar(0, 'int32'), counted),
          sum: selectTree(complete, zeros(sum), sum),
          inner: selectTree(complete, next, state.inner),
        },
      ];
    },
    ...(evalParams && { evalParams: (params: Tree, state: MultiStepsState<S>) => evalParams(params, state.inner) }),
  };
}
