import * as tf from '@tensorflow/tfjs-core';
import { MASKED } from './masked.ts';

/** What a mask and a bias add to the scores, its last axis as long as there are keys; a scalar 0 if there are neither. */
export function addedBias({ mask, bias }: { readonly mask?: tf.Tensor; readonly bias?: tf.Tensor }, keys: number): tf.Tensor {
  const hidden = mask && tf.mul(tf.cast(tf.logicalNot(mask), 'float32'), MASKED);
  const given = hidden && bias ? tf.add(hidden, bias) : (hidden ?? bias);
  if (!given) return tf.scalar(0);
  return given.shape.at(-1) === keys ? given : tf.add(given, tf.zeros([keys]));
}
