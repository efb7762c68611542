import type { Transform } from '@kumiko/core';
import type { ParameterMask } from './add-decayed-weights.ts';
import type { AdamOptions } from './adam.ts';
import { adamLeaf } from './internal/adam-leaf.ts';
import type { ScaleByAdamState } from './scale-by-adam.ts';

/** Options of {@link adamw}. */
export interface AdamwOptions extends AdamOptions {
  /** Decay per unit of learning rate, at least 0. Default: 0.01. */
  readonly weightDecay?: number;
  /** Which parameters decay; biases and scales are often left out. Default: all. */
  readonly mask?: ParameterMask;
}

/**
 * Adam with decoupled weight decay: `params = params - learningRate * (m^ / (sqrt(v^) + epsilon) + weightDecay * params)`.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range, or the mask's structure is not the parameters'
 * @example
 * const optimizer = adamw({ learningRate: 0.1, weightDecay: 0.5, mask: (name) => name.endsWith('kernel') });
 * const params = { kernel: tf.scalar(1), bias: tf.scalar(1) };
 * const [updates] = optimizer.update({ kernel: tf.scalar(2), bias: tf.scalar(2) }, optimizer.init(params), params);
 * applyUpdates(params, updates); // { kernel: 0.85, bias: 0.9 }
 * @see Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019; torch.optim.AdamW
 */
export function adamw({ learningRate = 1e-3, weightDecay = 0.01, mask, ...moments }: AdamwOptions = {}): Transform<ScaleByAdamState> {
  return adamLeaf(moments, { name: 'adamw', learningRate, weightDecay, mask });
}
