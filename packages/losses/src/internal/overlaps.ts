import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import { checkSameShape } from './check-same-shape.ts';

/** How logits become probabilities: each on its own, or over the classes. */
export type Activation = 'sigmoid' | 'softmax';

/** Sums over the pixels of each image and class, each `[batch,classes]`. */
export interface Overlaps {
  /** Probability where the target is. */
  readonly both: tf.Tensor;
  readonly predicted: tf.Tensor;
  readonly target: tf.Tensor;
}

/** The sums of probabilities, targets and their products over all axes but the first and the last. */
export function overlaps(symbol: string, logits: tf.Tensor, targets: tf.Tensor, activation: Activation): Overlaps {
  check(
    logits.rank >= 3,
    symbol,
    () => `expected logits [batch,...pixels,classes], got ${formatShape(logits.shape)}. Add the missing axes: tf.expandDims.`,
  );
  checkSameShape(symbol, "logits'", logits, 'targets', targets);
  check(
    activation === 'sigmoid' || activation === 'softmax',
    symbol,
    () => `expected activation 'sigmoid' or 'softmax', got '${String(activation)}'. Choose one of them.`,
  );
  const [batch, classes] = [logits.shape[0] as number, logits.shape.at(-1) as number];
  const probabilities = tf.reshape(activation === 'softmax' ? tf.softmax(logits) : tf.sigmoid(logits), [batch, -1, classes]);
  const target = tf.reshape(tf.cast(targets, 'float32'), [batch, -1, classes]);
  return { both: tf.sum(tf.mul(probabilities, target), 1), predicted: tf.sum(probabilities, 1), target: tf.sum(target, 1) };
}
