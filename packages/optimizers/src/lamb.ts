import type { Transform } from '@kumiko/core';
import { addDecayedWeights, type ParameterMask } from './add-decayed-weights.ts';
import type { AdamOptions } from './adam.ts';
import { chain, type ChainState } from './chain.ts';
import { scaleByAdam } from './scale-by-adam.ts';
import { scaleByLearningRate } from './scale-by-learning-rate.ts';
import { scaleByTrustRatio } from './scale-by-trust-ratio.ts';

/** Options of {@link lamb}; `epsilon` is 1e-6 by default. */
export interface LambOptions extends AdamOptions {
  /** Decay, at least 0. Default: 0. */
  readonly weightDecay?: number;
  /** Which parameters decay. Default: all. */
  readonly mask?: ParameterMask;
}

/**
 * Adam for large batches: each parameter moves in proportion to its norm,
 * `r = u + weightDecay * params`, `params = params - learningRate * r * |params| / |r|` with the u of {@link scaleByAdam}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range, or the mask's structure is not the parameters'
 * @example
 * const optimizer = lamb({ learningRate: 0.5 });
 * const params = { w: tf.scalar(4) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -2 }
 * @see You et al., "Large batch optimization for deep learning: training BERT in 76 minutes", ICLR 2020, algorithm 2 with the identity as phi
 */
export function lamb({ learningRate = 1e-3, weightDecay = 0, mask, epsilon = 1e-6, ...rest }: LambOptions = {}): Transform<ChainState> {
  return chain(
    [
      scaleByAdam({ epsilon, ...rest }),
      addDecayedWeights(weightDecay, mask === undefined ? {} : { mask }),
      scaleByTrustRatio(),
      scaleByLearningRate(learningRate),
    ],
    { name: 'lamb' },
  );
}
