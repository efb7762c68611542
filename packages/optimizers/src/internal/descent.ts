import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Schedule, type Transform, type Tree } from '@kumiko/core';
import type { ParameterMask } from '../add-decayed-weights.ts';
import type { ChainState } from '../chain.ts';
import { checkOption, nonNegative } from './check-option.ts';
import { checkLearningRate } from './learning-rate.ts';
import { maskOf } from './mask-of.ts';

/** How a recipe follows a direction. */
export interface DescentOptions {
  readonly learningRate: number | Schedule;
  /** Decay per unit of learning rate. Default: 0. */
  readonly weightDecay?: number;
  /** Which parameters decay. Default: all. */
  readonly mask?: ParameterMask | undefined;
}

/**
 * Most recipes: `params = params - learningRate * (u + weightDecay * params)` with the u of a transform that has a state.
 * What `chain([direction, addDecayedWeights(weightDecay, { mask }), scaleByLearningRate(learningRate)])` is, state and all, in one sweep.
 */
export function descent(
  name: string,
  direction: Transform,
  { learningRate, weightDecay = 0, mask }: DescentOptions,
): Transform<ChainState> {
  checkLearningRate(name, learningRate);
  checkOption(name, 'weightDecay', weightDecay, nonNegative, 0.01);
  const stateOf = (inner: Tree, step: tf.Scalar | false | undefined): ChainState => ({
    [direction.name]: inner,
    ...(step && { scaleByLearningRate: { step } }),
  });
  return {
    name,
    init(params) {
      maskOf(mask, params);
      return stateOf(direction.init(params), typeof learningRate !== 'number' && tf.scalar(0, 'int32'));
    },
    update(grads, state, params, extra) {
      const [updates, inner] = direction.update(grads, state[direction.name] as Tree, params, extra);
      const { step } = (state['scaleByLearningRate'] ?? {}) as { step?: tf.Scalar };
      const factor = typeof learningRate === 'number' ? -learningRate : tf.neg(learningRate(step as tf.Scalar));
      const scaled = mapTree<tf.Tensor, tf.Tensor, tf.Tensor, boolean>(
        (update, param, decays) => tf.mul(decays && weightDecay ? tf.add(update, tf.mul(param, weightDecay)) : update, factor),
        updates,
        params,
        maskOf(mask, params),
      );
      return [scaled, stateOf(inner, step && tf.add(step, tf.scalar(1, 'int32')))];
    },
  };
}
