import * as tf from '@tensorflow/tfjs-core';
import { softmaxCrossEntropy } from '@kumiko/ops';
import { checkPairs } from './internal/check-pairs.ts';
import { checkPositive } from './internal/check-number.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { normalised } from './internal/row-length.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link infoNceLoss}. */
export interface InfoNceLossOptions extends LossOptions {
  /** Divides the cosines, above 0. Default: 0.07. */
  readonly temperature?: number;
  /** Also lets each key find its query, and takes the mean of both, as CLIP does. Default: false. */
  readonly symmetric?: boolean;
}

/**
 * Each query should find its key among all keys of the batch: `-ln softmax over j of (cos(q_i, k_j) / T)[i]`.
 *
 * @param queries float32 `[n,features]`
 * @param keys float32 `[n,features]`: the key of each query, row by row
 * @param options `temperature`, `symmetric`, `sampleWeights`, `reduction`
 * @returns a scalar, or `[n]` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or the temperature is not above 0
 * @example
 * const x = tf.tensor2d([[1, 0], [0, 1]]);
 * infoNceLoss(x, x, { temperature: 1 }); // 0.3132617: ln(1 + 1 / e)
 * @see van den Oord et al., "Representation learning with contrastive predictive coding", 2018; Radford et al. (CLIP), ICML 2021, figure 3
 */
export function infoNceLoss(queries: tf.Tensor, keys: tf.Tensor, options: InfoNceLossOptions = {}): tf.Scalar {
  const { temperature = 0.07, symmetric = false } = options;
  const pairs = checkPairs('infoNceLoss', 'queries', queries, 'keys', keys);
  checkPositive('infoNceLoss', 'temperature', temperature);
  const logits = tf.div(tf.matMul(normalised(queries), normalised(keys), false, true), temperature);
  const rows = tf.range(0, pairs, 1, 'int32');
  const found = softmaxCrossEntropy(logits, rows);
  return finishLoss(symmetric ? tf.mul(tf.add(found, softmaxCrossEntropy(tf.transpose(logits), rows)), 0.5) : found, options);
}
