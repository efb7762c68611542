import * as tf from '@tensorflow/tfjs-core';
import type { Transform, Tree } from '@kumiko/core';
import type { ScaleByAdamOptions } from '../scale-by-adam.ts';
import { biasCorrection } from './bias-correction.ts';
import { checkOption, decayRange, positive } from './check-option.ts';
import { leafTransform, type Descent } from './leaf-transform.ts';
import { runningMean } from './running-mean.ts';

/** The rule of Adam alone, or down its direction. */
export function adamLeaf<S extends Tree>(options: ScaleByAdamOptions, descent?: Descent): Transform<S> {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkOption('scaleByAdam', 'beta1', beta1, decayRange, 0.9);
  checkOption('scaleByAdam', 'beta2', beta2, decayRange, 0.999);
  checkOption('scaleByAdam', 'epsilon', epsilon, positive, 1e-8);
  return leafTransform(
    {
      name: 'scaleByAdam',
      slots: { firstMoment: tf.zerosLike, secondMoment: tf.zerosLike },
      shared: (step) => [biasCorrection(beta1, step), biasCorrection(beta2, step)] as const,
      rule({ grad }, slots, [correction1, correction2]) {
        const firstMoment = runningMean(beta1, slots.firstMoment, grad);
        const secondMoment = runningMean(beta2, slots.secondMoment, tf.square(grad));
        const root = tf.add(tf.sqrt(tf.mul(secondMoment, correction2)), epsilon);
        return [tf.div(tf.mul(firstMoment, correction1), root), { firstMoment, secondMoment }];
      },
    },
    descent,
  );
}
