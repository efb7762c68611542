import * as tf from '@tensorflow/tfjs-core';
import { keyTensor, leaves, unflatten, type KeyLike, type Transform, type Tree } from '@kumiko/core';
import { foldInTensor, randomNormal, splitKeyTensor } from '@kumiko/ops';
import { checkOption, nonNegative } from './internal/check-option.ts';

/** Options of {@link addNoise}. */
export interface AddNoiseOptions {
  /** Where the random numbers come from; the same key gives the same run. */
  readonly key: KeyLike;
  /** Variance at the first step, at least 0. */
  readonly variance: number;
  /** Exponent with which the variance falls, at least 0. Default: 0.55. */
  readonly decay?: number;
}

/** State of {@link addNoise}. */
export type AddNoiseState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** The key, int32 `[2]`. */
  readonly key: tf.Tensor1D;
};

/**
 * Adds noise that fades: `u = g + sqrt(variance / t^decay) * n`, where n is standard normal and t counts updates from 1.
 *
 * @param options `key` and `variance` are required
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = addNoise({ key: key(7), variance: 0 });
 * transform.update({ w: tf.scalar(3) }, transform.init({ w: tf.scalar(0) }), { w: tf.scalar(0) })[0]; // { w: 3 }
 * @see Neelakantan et al., "Adding gradient noise improves learning for very deep networks", 2015; optax.add_noise
 */
export function addNoise({ key, variance, decay = 0.55 }: AddNoiseOptions): Transform<AddNoiseState> {
  checkOption('addNoise', 'variance', variance, nonNegative, 0.01);
  checkOption('addNoise', 'decay', decay, nonNegative, 0.55);
  return {
    name: 'addNoise',
    init: () => ({ step: tf.scalar(0, 'int32'), key: key instanceof tf.Tensor ? tf.clone(key) : keyTensor(key) }),
    update(grads: Tree, state) {
      const step: tf.Scalar = tf.add(state.step, tf.scalar(1, 'int32'));
      const deviation = tf.mul(Math.sqrt(variance), tf.pow(tf.cast(step, 'float32'), -decay / 2));
      const all = leaves<tf.Tensor>(grads);
      const keys = all.length === 0 ? [] : splitKeyTensor(foldInTensor(state.key, step), all.length);
      const noisy = all.map((grad, i) => tf.add(grad, tf.mul(randomNormal(keys[i] as tf.Tensor1D, grad.shape), deviation)));
      return [unflatten(grads, noisy), { step, key: tf.clone(state.key) }];
    },
  };
}
