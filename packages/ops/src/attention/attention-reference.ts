import * as tf from '@tensorflow/tfjs-core';
import { MASKED } from './masked.ts';

/** Attributes of the op. */
export type AttentionAttributes = { readonly causal: boolean; readonly scale: number };

/** Tensors of the op. */
export interface AttentionInputs {
  readonly query: tf.Tensor;
  readonly key: tf.Tensor;
  readonly value: tf.Tensor;
  /** Broadcastable to the scores. */
  readonly bias?: tf.Tensor;
}

/** Attention by plain ops: holds the whole matrix of scores. */
export function attentionReference({ query, key, value, bias }: AttentionInputs, { causal, scale }: AttentionAttributes): tf.Tensor {
  const [batch, heads, queries, size] = query.shape as [number, number, number, number];
  const [, groups, keys, valueSize] = [...key.shape.slice(0, 3), value.shape[3]] as [number, number, number, number];
  // The heads of a group lie side by side: one product serves them all, without copies of the keys.
  const rows = (heads / groups) * queries;
  const products = tf.matMul(tf.reshape(tf.mul(query, scale), [batch, groups, rows, size]), key, false, true);
  let scores = tf.reshape(products, [batch, heads, queries, keys]);
  if (bias) scores = tf.add(scores, bias);
  if (causal) scores = tf.add(scores, futureBias(queries));
  const weights = tf.reshape(tf.softmax(scores), [batch, groups, rows, keys]);
  return tf.reshape(tf.matMul(weights, value), [batch, heads, queries, valueSize]);
}

/** `[length,length]`: what hides key j from query i where j > i. */
function futureBias(length: number): tf.Tensor {
  const position = tf.range(0, length);
  return tf.mul(tf.cast(tf.greater(position, tf.expandDims(position, 1)), 'float32'), MASKED);
}
