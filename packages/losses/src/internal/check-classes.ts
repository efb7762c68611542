import type * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';

/** The number of classes: the size of the logits' last axis, which must not be empty. */
export function checkClasses(symbol: string, logits: tf.Tensor, name = 'logits'): number {
  const classes = logits.shape.at(-1) ?? 0;
  check(
    classes > 0,
    symbol,
    () => `expected ${name} [...,classes], got ${formatShape(logits.shape)}. Give them a last axis with one number a class.`,
  );
  return classes;
}
