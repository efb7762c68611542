import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import { checkClasses } from './check-classes.ts';

/** The number of classes, after refusing labels that are not one whole number for each row of logits. */
export function checkLabels(symbol: string, logits: tf.Tensor, labels: tf.Tensor, name = 'logits'): number {
  const classes = checkClasses(symbol, logits, name);
  check(
    tf.util.arraysEqual(labels.shape, logits.shape.slice(0, -1)),
    symbol,
    () =>
      `expected labels ${formatShape(logits.shape.slice(0, -1))} for ${name} ${formatShape(logits.shape)}, got ${formatShape(labels.shape)}. Pass class numbers, not one-hot rows: tf.argMax(oneHot, -1).`,
  );
  check(
    labels.dtype === 'int32',
    symbol,
    () => `expected labels of type int32, got ${labels.dtype}. Convert them: tf.cast(labels, 'int32').`,
  );
  return classes;
}
