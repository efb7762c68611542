import * as tf from '@tensorflow/tfjs-core';
import { checkLabels } from './check-labels.ts';
import { nanUnlessClass } from './nan-unless-class.ts';
import { ofLabel } from './of-label.ts';

/** `log softmax(logits)[label]` for each row of logits; a label that is no class gives NaN. */
export function labelLogProbability(symbol: string, logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const classes = checkLabels(symbol, logits, labels);
  return nanUnlessClass(ofLabel(tf.logSoftmax(logits), labels), labels, classes);
}
