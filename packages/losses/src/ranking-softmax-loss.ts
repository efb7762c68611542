import * as tf from '@tensorflow/tfjs-core';
import { softmaxCrossEntropy } from '@kumiko/ops';
import { checkClasses } from './internal/check-classes.ts';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';

/**
 * ListNet's top-one loss of ranked lists: `-sum over i of softmax(relevances)[i] * log softmax(scores)[i]`.
 * An item that is missing from a list has the score and the relevance -Infinity.
 *
 * @param scores float32 `[...,items]`
 * @param relevances float32 or int32 `[...,items]`: the better the higher
 * @param options `sampleWeights` and `reduction`
 * @returns a scalar, or `[...]` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or an option is wrong
 * @example
 * rankingSoftmaxLoss(tf.tensor2d([[0, 0]]), tf.tensor2d([[3, 1]])); // 0.6931472: ln 2
 * @see Cao et al., "Learning to rank: from pairwise approach to listwise approach", ICML 2007
 */
export function rankingSoftmaxLoss(scores: tf.Tensor, relevances: tf.Tensor, options: LossOptions = {}): tf.Scalar {
  checkClasses('rankingSoftmaxLoss', scores, 'scores');
  checkSameShape('rankingSoftmaxLoss', "scores'", scores, 'relevances', relevances);
  const wanted = tf.softmax(tf.cast(relevances, 'float32'));
  return finishLoss(softmaxCrossEntropy(scores, wanted), options);
}
