import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';

/** Refuses a second tensor whose shape is not the first one's, before it broadcasts. The name of the first may be a possessive. */
export function checkSameShape(symbol: string, owner: string, first: tf.Tensor, name: string, second: tf.Tensor): void {
  check(
    tf.util.arraysEqual(first.shape, second.shape),
    symbol,
    () => `expected ${name} of the ${owner} shape ${formatShape(first.shape)}, got ${formatShape(second.shape)}. Reshape one of them.`,
  );
}
