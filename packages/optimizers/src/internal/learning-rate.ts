import * as tf from '@tensorflow/tfjs-core';
import type { Schedule } from '@kumiko/core';
import { checkOption, nonNegative } from './check-option.ts';

/** Throws unless a learning rate that is a number is in range. */
export function checkLearningRate(symbol: string, learningRate: number | Schedule, option = 'learningRate'): void {
  if (typeof learningRate === 'number') checkOption(symbol, option, learningRate, nonNegative, 1e-3);
}

/** The learning rate of the update that is the `step`-th, counted from 1. */
export function learningRateAt(learningRate: number | Schedule, step: tf.Scalar): tf.Scalar {
  return typeof learningRate === 'number' ? tf.scalar(learningRate) : learningRate(tf.sub(step, 1));
}
