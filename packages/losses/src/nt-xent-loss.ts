import * as tf from '@tensorflow/tfjs-core';
import { softmaxCrossEntropy } from '@kumiko/ops';
import { checkPairs } from './internal/check-pairs.ts';
import { checkPositive } from './internal/check-number.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { normalised } from './internal/row-length.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link ntXentLoss}. */
export interface NtXentLossOptions extends LossOptions {
  /** Divides the cosines, above 0. Default: 0.5. */
  readonly temperature?: number;
}

/**
 * SimCLR's normalised temperature-scaled cross-entropy: each of 2n embeddings should find its other view among the remaining 2n - 1:
 * `-ln(e^(cos(z_i, z_j) / T) / sum over k != i of e^(cos(z_i, z_k) / T))`.
 *
 * @param first float32 `[n,features]`: one view of each sample
 * @param second float32 `[n,features]`: the other view, row by row
 * @param options `temperature`, `sampleWeights`, `reduction`
 * @returns a scalar, or `[2n]` for `reduction: 'none'`: the losses of the first views, then of the second
 * @throws KumikoError when shapes do not fit, or the temperature is not above 0
 * @example
 * const views = tf.tensor2d([[1, 0], [0, 1]]);
 * ntXentLoss(views, views, { temperature: 1 }); // 0.5514447: ln(1 + 2 / e)
 * @see Chen et al., "A simple framework for contrastive learning of visual representations", ICML 2020, equation 1
 */
export function ntXentLoss(first: tf.Tensor, second: tf.Tensor, options: NtXentLossOptions = {}): tf.Scalar {
  const { temperature = 0.5 } = options;
  const pairs = checkPairs('ntXentLoss', 'first', first, 'second', second);
  checkPositive('ntXentLoss', 'temperature', temperature);
  const embeddings = normalised(tf.concat([first, second], 0));
  const cosines = tf.div(tf.matMul(embeddings, embeddings, false, true), temperature);
  const self = tf.cast(tf.eye(2 * pairs), 'bool');
  const logits = tf.where(self, tf.fill(cosines.shape, -Infinity), cosines);
  const rows = Array.from({ length: 2 * pairs }, (_, i) => (i + pairs) % (2 * pairs));
  return finishLoss(softmaxCrossEntropy(logits, tf.tensor1d(rows, 'int32')), options);
}
