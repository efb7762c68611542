import * as tf from '@tensorflow/tfjs-core';
import { softmaxCrossEntropy } from '@kumiko/ops';
import { checkLabels } from './check-labels.ts';

/** `log softmax(logits)[label]` for each row of logits; a label that is no class gives NaN. */
export function labelLogProbability(symbol: string, logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  checkLabels(symbol, logits, labels);
  return tf.neg(softmaxCrossEntropy(logits, labels));
}
