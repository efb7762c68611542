import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Schedule, type Transform, type Tree } from '@kumiko/core';
import { checkOption, nonNegative } from './internal/check-option.ts';

/**
 * The end of a chain: `u = -learningRate * u`, so that adding the update descends.
 *
 * The state of a number is empty; that of a schedule is `{ step }`, the int32 number of updates so far.
 *
 * @param learningRate at least 0, or a schedule, which gets the number of updates before this one
 * @throws KumikoError when the number is out of range
 * @example
 * scaleByLearningRate(0.1).update({ w: tf.scalar(3) }, {}, { w: tf.scalar(0) })[0]; // { w: -0.3 }
 * @see optax.scale_by_learning_rate
 */
export function scaleByLearningRate(learningRate: number | Schedule): Transform<Tree> {
  const name = 'scaleByLearningRate';
  const scale = (grads: Tree, factor: number | tf.Scalar): Tree => mapTree<tf.Tensor, tf.Tensor>((grad) => tf.mul(grad, factor), grads);
  if (typeof learningRate === 'number') {
    checkOption(name, 'learningRate', learningRate, nonNegative, 1e-3);
    return { name, init: () => ({}), update: (grads, state) => [scale(grads, -learningRate), state] };
  }
  return {
    name,
    init: () => ({ step: tf.scalar(0, 'int32') }),
    update(grads, state) {
      const { step } = state as { step: tf.Scalar };
      return [scale(grads, tf.neg(learningRate(step))), { step: tf.add(step, tf.scalar(1, 'int32')) }];
    },
  };
}
