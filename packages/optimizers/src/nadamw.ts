import type { Transform } from '@kumiko/core';
import type { ParameterMask } from './add-decayed-weights.ts';
import { nadamLeaf } from './internal/nadam-leaf.ts';
import type { NadamOptions, ScaleByNadamState } from './nadam.ts';

/** Options of {@link nadamw}. */
export interface NadamwOptions extends NadamOptions {
  /** Decay per unit of learning rate, at least 0. Default: 0.01. */
  readonly weightDecay?: number;
  /** Which parameters decay. Default: all. */
  readonly mask?: ParameterMask;
}

/**
 * NAdam with decoupled weight decay: `params = params - learningRate * (u + weightDecay * params)` with the u of {@link scaleByNadam}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range, or the mask's structure is not the parameters'
 * @example
 * const optimizer = nadamw({ learningRate: 0.5, beta1: 0, weightDecay: 0.25 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -0.625 }
 * @see Dozat, "Incorporating Nesterov momentum into Adam", 2016; Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019
 */
export function nadamw({ learningRate = 2e-3, weightDecay = 0.01, mask, ...rest }: NadamwOptions = {}): Transform<ScaleByNadamState> {
  return nadamLeaf(rest, { name: 'nadamw', learningRate, weightDecay, mask });
}
