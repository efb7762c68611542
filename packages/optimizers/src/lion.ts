import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Schedule, type Transform, type Tree } from '@kumiko/core';
import type { ParameterMask } from './add-decayed-weights.ts';
import { checkedOptions } from './internal/checked-options.ts';
import { treeTransform } from './internal/tree-transform.ts';

/** Options of {@link scaleByLion}. */
export interface ScaleByLionOptions {
  /** Weight of the mean in the direction, in [0, 1). Default: 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of the gradients, in [0, 1). Default: 0.99. */
  readonly beta2?: number;
}

/** Options of {@link lion}. */
export interface LionOptions extends ScaleByLionOptions {
  /** Step size: at least 0, or a schedule. Default: 1e-4. */
  readonly learningRate?: number | Schedule;
  /** Decay per unit of learning rate, at least 0. Default: 0. */
  readonly weightDecay?: number;
  /** Which parameters decay. Default: all. */
  readonly mask?: ParameterMask;
}

/** State of {@link scaleByLion}. */
export type ScaleByLionState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Running mean of the gradients, of the parameters' structure. */
  readonly firstMoment: Tree;
};

/**
 * The sign of an interpolated mean: `u = sign(beta1 m + (1 - beta1) g)`, then `m = beta2 m + (1 - beta2) g`.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = scaleByLion();
 * const params = { w: tf.scalar(1) };
 * transform.update({ w: tf.scalar(-2) }, transform.init(params), params)[0]; // { w: -1 }
 * @see Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023, program 1
 */
export function scaleByLion(options: ScaleByLionOptions = {}): Transform<ScaleByLionState> {
  return lionTransform('scaleByLion', {}, options);
}

/** The rule alone, or down its direction. */
function lionTransform(
  name: string,
  descent: { readonly learningRate?: number; readonly weightDecay?: number },
  options: LionOptions,
): Transform<ScaleByLionState> {
  const { beta1, beta2 } = checkedOptions(name, 1, { beta1: 0.9, beta2: 0.99 }, options);
  return treeTransform<ScaleByLionState>(name, descent, options, { firstMoment: tf.zerosLike }, (grads, state) => {
    const between = (beta: number): Tree =>
      mapTree<tf.Tensor, tf.Tensor, tf.Tensor>(
        (mean, grad) => tf.add(tf.mul(mean, beta), tf.mul(grad, 1 - beta)),
        state.firstMoment,
        grads,
      );
    return [mapTree(tf.sign<tf.Tensor>, between(beta1)), { ...state, firstMoment: between(beta2) }];
  });
}

/**
 * Lion: `params = params - learningRate * (u + weightDecay * params)` with the u of {@link scaleByLion}. Wants a learning rate 3 to 10
 * times smaller, and a weight decay as many times larger, than {@link adamw}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range, or the mask's structure is not the parameters'
 * @example
 * const optimizer = lion({ learningRate: 0.5, weightDecay: 0.25 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -0.625 }
 * @see Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023
 */
export function lion(options: LionOptions = {}): Transform<ScaleByLionState> {
  return lionTransform('lion', { learningRate: 1e-4, weightDecay: 0 }, options);
}
