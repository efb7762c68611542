import * as tf from '@tensorflow/tfjs-core';
import type { Transform, Tree } from '@kumiko/core';
import type { ScaleByNadamOptions } from '../nadam.ts';
import { biasCorrection } from './bias-correction.ts';
import { checkOption, decayRange, nonNegative, positive } from './check-option.ts';
import { leafTransform, type Descent } from './leaf-transform.ts';
import { runningMean } from './running-mean.ts';

/** The rule of NAdam alone, or down its direction. */
export function nadamLeaf<S extends Tree>(options: ScaleByNadamOptions, descent?: Descent): Transform<S> {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, momentumDecay = 0.004 } = options;
  checkOption('scaleByNadam', 'beta1', beta1, decayRange, 0.9);
  checkOption('scaleByNadam', 'beta2', beta2, decayRange, 0.999);
  checkOption('scaleByNadam', 'epsilon', epsilon, positive, 1e-8);
  checkOption('scaleByNadam', 'momentumDecay', momentumDecay, nonNegative, 0.004);
  const momentumAt = (step: tf.Tensor): tf.Tensor =>
    tf.mul(beta1, tf.sub(1, tf.mul(0.5, tf.exp(tf.mul(step, momentumDecay * Math.log(0.96))))));
  return leafTransform(
    {
      name: 'scaleByNadam',
      slots: { firstMoment: tf.zerosLike, secondMoment: tf.zerosLike, product: (): tf.Tensor => tf.scalar(1) },
      shared: (step) => ({ momentum: momentumAt(step), next: momentumAt(tf.add(step, 1)), correction: biasCorrection(beta2, step) }),
      rule({ grad }, slots, { momentum, next, correction }) {
        const firstMoment = runningMean(beta1, slots.firstMoment, grad);
        const secondMoment = runningMean(beta2, slots.secondMoment, tf.square(grad));
        const product = tf.mul(slots.product, momentum);
        const direction = tf.add(
          tf.mul(grad, tf.div(tf.sub(1, momentum), tf.sub(1, product))),
          tf.mul(firstMoment, tf.div(next, tf.sub(1, tf.mul(product, next)))),
        );
        const root = tf.add(tf.sqrt(tf.mul(secondMoment, correction)), epsilon);
        return [tf.div(direction, root), { firstMoment, secondMoment, product }];
      },
    },
    descent,
  );
}
