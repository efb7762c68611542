import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Transform, type Tree } from '@kumiko/core';
import { checkOption, decayRange, positive } from './internal/check-option.ts';

/** Options of {@link scaleByAdam}. */
export interface ScaleByAdamOptions {
  /** Decay of the mean of the gradients, in [0, 1). Default: 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares, in [0, 1). Default: 0.999. */
  readonly beta2?: number;
  /** Added to the root, above 0. Default: 1e-8. */
  readonly epsilon?: number;
}

/** State of {@link scaleByAdam}. */
export type ScaleByAdamState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Running mean of the gradients, of the parameters' structure. */
  readonly firstMoment: Tree;
  /** Running mean of their squares, of the parameters' structure. */
  readonly secondMoment: Tree;
};

/**
 * Adam without its learning rate: `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2`,
 * `u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)`, where t counts updates from 1.
 *
 * `1 - beta^t` is computed as `-expm1(t ln beta)`: the power would lose digits in float32.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = scaleByAdam();
 * const [updates] = transform.update({ w: tf.scalar(3) }, transform.init({ w: tf.scalar(0) }), { w: tf.scalar(0) });
 * updates; // { w: 1 }
 * @see Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1; optax.scale_by_adam
 */
export function scaleByAdam(options: ScaleByAdamOptions = {}): Transform<ScaleByAdamState> {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkOption('scaleByAdam', 'beta1', beta1, decayRange, 0.9);
  checkOption('scaleByAdam', 'beta2', beta2, decayRange, 0.999);
  checkOption('scaleByAdam', 'epsilon', epsilon, positive, 1e-8);
  return {
    name: 'scaleByAdam',
    init(params) {
      const zeros = (): Tree => mapTree<tf.Tensor, tf.Tensor>((param) => tf.zerosLike(param), params);
      return { step: tf.scalar(0, 'int32'), firstMoment: zeros(), secondMoment: zeros() };
    },
    update(grads, state) {
      const step: tf.Scalar = tf.add(state.step, tf.scalar(1, 'int32'));
      const correction1 = biasCorrection(beta1, step);
      const correction2 = biasCorrection(beta2, step);
      const mean = (beta: number) => (moment: tf.Tensor, value: tf.Tensor) => tf.add(tf.mul(moment, beta), tf.mul(value, 1 - beta));
      const firstMoment = mapTree<tf.Tensor, tf.Tensor, tf.Tensor>(mean(beta1), state.firstMoment, grads);
      const squares = mapTree<tf.Tensor, tf.Tensor>((grad) => tf.square(grad), grads);
      const secondMoment = mapTree<tf.Tensor, tf.Tensor, tf.Tensor>(mean(beta2), state.secondMoment, squares);
      const updates = mapTree<tf.Tensor, tf.Tensor, tf.Tensor>(
        (m, v) => tf.div(tf.div(m, correction1), tf.add(tf.sqrt(tf.div(v, correction2)), epsilon)),
        firstMoment,
        secondMoment,
      );
      return [updates, { step, firstMoment, secondMoment }];
    },
  };
}

/** `1 - beta^t`. */
function biasCorrection(beta: number, step: tf.Scalar): tf.Scalar {
  if (beta === 0) return tf.scalar(1);
  return tf.neg(tf.expm1(tf.mul(tf.cast(step, 'float32'), Math.log(beta))));
}
