import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Transform, type Tree } from '@kumiko/core';
import { checkOption, decayRange } from './internal/check-option.ts';
import { leafTransform } from './internal/leaf-transform.ts';
import { runningMean } from './internal/running-mean.ts';

/** State of {@link ema}. */
export type EmaState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Running mean of the parameters. */
  readonly average: Tree;
};

/**
 * A running mean of the parameters to evaluate with: `average' = decay * average + (1 - decay) * (params + u)`, from the first
 * parameters on. Stands last in a chain; updates pass through, and `evalParams` gives the mean.
 *
 * @param decay in [0, 1), usually 0.999
 * @throws KumikoError when `decay` is out of range
 * @example
 * const optimizer = chain([scaleByLearningRate(1), ema(0.75)]);
 * const params = { w: tf.scalar(4) };
 * const [updates, state] = optimizer.update({ w: tf.scalar(4) }, optimizer.init(params), params);
 * optimizer.evalParams(applyUpdates(params, updates), state); // { w: 3 }
 * @see Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992; torch.optim.swa_utils.AveragedModel.
 * optax.ema averages updates instead
 */
export function ema(decay: number): Transform<EmaState> & Required<Pick<Transform<EmaState>, 'evalParams'>> {
  checkOption('ema', 'decay', decay, decayRange, 0.999);
  return {
    ...leafTransform<EmaState, 'average'>({
      name: 'ema',
      slots: { average: (param) => tf.clone(param) },
      rule: ({ grad, param }, { average }) => [tf.clone(grad), { average: runningMean(decay, average, tf.add(param, grad)) }],
    }),
    evalParams: (_params, { average }) => mapTree<tf.Tensor, tf.Tensor>((value) => tf.clone(value), average),
  };
}
