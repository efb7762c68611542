import { check, type Schedule, type Transform } from '@kumiko/core';
import { chain, type ChainState } from './chain.ts';
import { checkOption, decayRange } from './internal/check-option.ts';
import { scaleByLearningRate } from './scale-by-learning-rate.ts';
import { trace } from './trace.ts';

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** Step size: at least 0, or a schedule. */
  readonly learningRate: number | Schedule;
  /** Decay of the sum of the gradients, in [0, 1). Default: 0. */
  readonly momentum?: number;
  /** Whether momentum looks one step ahead; needs momentum. Default: false. */
  readonly nesterov?: boolean;
  /** Shrinks every gradient behind the first before it enters the sum, in [0, 1). Default: 0. */
  readonly dampening?: number;
}

/**
 * Stochastic gradient descent, with momentum if wanted: `t = g + momentum * t`, `params = params - learningRate * t`.
 *
 * @param options `learningRate` is required
 * @throws KumikoError when an option is out of range, or `nesterov` stands without momentum
 * @example
 * const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
 * const params = { w: tf.scalar(1) };
 * const [updates, state] = optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params);
 * applyUpdates(params, updates); // { w: 0.8 }
 * @see Sutskever et al., "On the importance of initialization and momentum", ICML 2013; torch.optim.SGD
 */
export function sgd({ learningRate, momentum = 0, nesterov = false, dampening = 0 }: SgdOptions): Transform<ChainState> {
  checkOption('sgd', 'momentum', momentum, decayRange, 0.9);
  checkOption('sgd', 'dampening', dampening, decayRange, 0);
  check(!nesterov || momentum > 0, 'sgd', () => `expected momentum > 0 with nesterov, got ${momentum}. Pass for example momentum: 0.9.`);
  return chain([...(momentum === 0 ? [] : [trace(momentum, { nesterov, dampening })]), scaleByLearningRate(learningRate)], { name: 'sgd' });
}
