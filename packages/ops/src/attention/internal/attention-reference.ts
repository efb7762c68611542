import * as tf from '@tensorflow/tfjs-core';
import { MASKED } from './masked.ts';

/** Attributes of the op. */
export type AttentionAttributes = { readonly causal: boolean; readonly scale: number };

/** Tensors of the op. */
export interface AttentionInputs {
  readonly query: tf.Tensor;
  readonly key: tf.Tensor;
  readonly value: tf.Tensor;
  /** Broadcastable to the scores; a scalar means none. */
  readonly bias: tf.Tensor;
}

/** Attention by plain ops: holds the whole matrix of scores. `drop` may change the weights. */
export function attentionReference(
  inputs: AttentionInputs,
  attributes: AttentionAttributes,
  drop: (weights: tf.Tensor) => tf.Tensor = (weights) => weights,
): tf.Tensor {
  const { query, key, value } = inputs;
  const [batch, heads, queries] = query.shape as [number, number, number];
  const [, groups, keys] = key.shape as [number, number, number];
  const weights = tf.reshape(drop(attentionWeights(inputs, attributes)), [batch, groups, (heads / groups) * queries, keys]);
  return tf.reshape(tf.matMul(weights, value), [batch, heads, queries, value.shape[3] as number]);
}

/** `[batch,heads,queries,keys]` */
export function attentionWeights({ query, key, bias }: Omit<AttentionInputs, 'value'>, { causal, scale }: AttentionAttributes): tf.Tensor {
  const [batch, heads, queries, size] = query.shape as [number, number, number, number];
  const [, groups, keys] = key.shape as [number, number, number];
  // The heads of a group lie side by side: one product serves them all, without copies of the keys.
  const rows = tf.reshape(tf.mul(query, scale), [batch, groups, (heads / groups) * queries, size]);
  let scores = tf.reshape(tf.matMul(rows, key, false, true), [batch, heads, queries, keys]);
  if (bias.rank > 0) scores = tf.add(scores, bias);
  if (causal) scores = tf.add(scores, futureBias(queries));
  return tf.softmax(scores);
}

/** `[length,length]`: what hides key j from query i where j > i. */
function futureBias(length: number): tf.Tensor {
  const position = tf.range(0, length);
  return tf.mul(tf.cast(tf.greater(position, tf.expandDims(position, 1)), 'float32'), MASKED);
}
