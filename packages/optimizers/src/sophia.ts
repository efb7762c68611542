import * as tf from '@tensorflow/tfjs-core';
import { checkShapes, mapTree, type Schedule, type Transform, type Tree } from '@kumiko/core';
import { addDecayedWeights, type ParameterMask } from './add-decayed-weights.ts';
import { chain, type ChainState } from './chain.ts';
import { checkOption, decayRange, positive } from './internal/check-option.ts';
import { runningMean } from './internal/running-mean.ts';
import { scaleByLearningRate } from './scale-by-learning-rate.ts';

/** Options of {@link scaleBySophia}. */
export interface ScaleBySophiaOptions {
  /** Decay of the mean of the gradients, in [0, 1). Default: 0.965. */
  readonly beta1?: number;
  /** Decay of the mean of the curvatures, in [0, 1). Default: 0.99. */
  readonly beta2?: number;
  /** Weight of the curvature, above 0: the larger, the fewer numbers are clipped. Default: 0.05. */
  readonly gamma?: number;
  /** Smallest divisor, above 0. Default: 1e-12. */
  readonly epsilon?: number;
}

/** Options of {@link sophia}. */
export interface SophiaOptions extends ScaleBySophiaOptions {
  /** Step size: at least 0, or a schedule. Default: 1e-4. */
  readonly learningRate?: number | Schedule;
  /** Decay per unit of learning rate, at least 0. Default: 0.1. */
  readonly weightDecay?: number;
  /** Which parameters decay. Default: all. */
  readonly mask?: ParameterMask;
}

/** State of {@link scaleBySophia}. */
export type ScaleBySophiaState = {
  /** Running mean of the gradients, of the parameters' structure. */
  readonly firstMoment: Tree;
  /** Running mean of the curvatures, of the parameters' structure. */
  readonly curvature: Tree;
};

/**
 * Momentum divided by the curvature, and clipped: `m = beta1 m + (1 - beta1) g`, `h = beta2 h + (1 - beta2) c` where an estimate c of the
 * Hessian's diagonal came as `extra.curvature`, `u = clip(m / max(gamma h, epsilon), -1, 1)`.
 *
 * Pass an estimate at every tenth step or so; the steps between have none, and `h` stays. Two estimates are known:
 *
 * - Gauss-Newton-Bartlett (Sophia-G): draw labels from the model's own predictions, take the gradient `g^` of the mean loss over the batch
 *   with those labels, and pass `batchSize * g^ * g^`;
 * - Hutchinson (Sophia-H): draw `n` from a standard normal and pass `n * (H n)`, for example with
 *   `H n = (gradient(params + r n) - gradient(params)) / r` and a small r.
 *
 * A compiled step has two programs then, one with an estimate and one without.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range, or a gradient or curvature has not its parameter's shape
 * @example
 * const transform = scaleBySophia({ beta1: 0, beta2: 0, gamma: 0.5 });
 * const params = { w: tf.tensor1d([0, 0]) };
 * const curvature = { w: tf.tensor1d([8, 1]) };
 * transform.update({ w: tf.tensor1d([1, 1]) }, transform.init(params), params, { curvature })[0]; // { w: [0.25, 1] }
 * @see Liu et al., "Sophia: a scalable stochastic second-order optimizer for language model pre-training", ICLR 2024, algorithm 3; defaults of its reference implementation
 */
export function scaleBySophia(options: ScaleBySophiaOptions = {}): Transform<ScaleBySophiaState> {
  const { beta1 = 0.965, beta2 = 0.99, gamma = 0.05, epsilon = 1e-12 } = options;
  checkOption('scaleBySophia', 'beta1', beta1, decayRange, 0.965);
  checkOption('scaleBySophia', 'beta2', beta2, decayRange, 0.99);
  checkOption('scaleBySophia', 'gamma', gamma, positive, 0.05);
  checkOption('scaleBySophia', 'epsilon', epsilon, positive, 1e-12);
  const zeros = (params: Tree): Tree => mapTree<tf.Tensor, tf.Tensor>((param) => tf.zerosLike(param), params);
  const mean = (beta: number, before: Tree, values: Tree): Tree =>
    mapTree<tf.Tensor, tf.Tensor, tf.Tensor>((old, value) => runningMean(beta, old, value), before, values);
  return {
    name: 'scaleBySophia',
    init: (params) => ({ firstMoment: zeros(params), curvature: zeros(params) }),
    update(grads, state, params, extra) {
      checkShapes('scaleBySophia', params, grads);
      checkShapes('scaleBySophia', params, state.firstMoment);
      if (extra?.curvature) checkShapes('scaleBySophia', params, extra.curvature);
      const firstMoment = mean(beta1, state.firstMoment, grads);
      const curvature = extra?.curvature
        ? mean(beta2, state.curvature, extra.curvature)
        : mapTree<tf.Tensor, tf.Tensor>((old) => tf.clone(old), state.curvature);
      const updates = mapTree<tf.Tensor, tf.Tensor, tf.Tensor>(
        (m, h) => tf.clipByValue(tf.div(m, tf.maximum(tf.mul(h, gamma), epsilon)), -1, 1),
        firstMoment,
        curvature,
      );
      return [updates, { firstMoment, curvature }];
    },
  };
}

/**
 * Sophia: `params = params - learningRate * (u + weightDecay * params)` with the u of {@link scaleBySophia}, which also says where the
 * curvature comes from. Without any it is the sign of the momentum.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range, or the mask's structure is not the parameters'
 * @example
 * const optimizer = sophia({ learningRate: 0.5, beta1: 0, beta2: 0, gamma: 0.5, weightDecay: 0 });
 * const params = { w: tf.scalar(1) };
 * const curvature = { w: tf.scalar(8) };
 * optimizer.update({ w: tf.scalar(1) }, optimizer.init(params), params, { curvature })[0]; // { w: -0.125 }
 * @see Liu et al., "Sophia: a scalable stochastic second-order optimizer for language model pre-training", ICLR 2024, algorithm 3
 */
export function sophia({ learningRate = 1e-4, weightDecay = 0.1, mask, ...rest }: SophiaOptions = {}): Transform<ChainState> {
  return chain(
    [scaleBySophia(rest), addDecayedWeights(weightDecay, mask === undefined ? {} : { mask }), scaleByLearningRate(learningRate)],
    { name: 'sophia' },
  );
}
