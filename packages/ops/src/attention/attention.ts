import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, type KeyLike, type Shape } from '@kumiko/core';
import { dropout } from '../random/dropout.ts';
import { addedBias } from './internal/added-bias.ts';
import { attentionReference } from './internal/attention-reference.ts';
import { fusedAttention } from './internal/fused-attention.ts';

/** Options of {@link attention}. */
export interface AttentionOptions {
  /** Where a query may look: bool, broadcastable to `[batch,heads,queries,keys]`; true means yes. Default: everywhere. */
  readonly mask?: tf.Tensor;
  /** Added to the scaled scores: float32, broadcastable to `[batch,heads,queries,keys]`; for example a bias of positions. Default: none. */
  readonly bias?: tf.Tensor;
  /** Whether query i sees keys 0 to i alone; there must be as many keys as queries. Default: false. */
  readonly causal?: boolean;
  /** What scores are multiplied by, a finite number. Default: `1 / sqrt(size)`. */
  readonly scale?: number;
  /** Share of the weights that is dropped, in [0, 1); the others grow by `1 / (1 - rate)`. The whole matrix is held then. Default: 0. */
  readonly dropoutRate?: number;
  /** What decides the weights that are dropped: needed with a rate. */
  readonly key?: KeyLike;
}

/** From here on the matrix of scores is better not held, though computing it whole is faster where no key is hidden: 64 MiB. */
const LARGE = 2 ** 24;

/** Whether the fused kernels, which work on panels of eight features and skip what `causal` hides, are the better choice. */
function isFusible(query: tf.Tensor, value: tf.Tensor, causal: boolean): boolean {
  const [batch, heads, queries, size] = query.shape as [number, number, number, number];
  const [keys, valueSize] = value.shape.slice(2) as [number, number];
  const fits = size % 8 === 0 && valueSize % 8 === 0 && query.size > 0 && value.size > 0;
  return fits && (causal || batch * heads * queries * keys >= LARGE);
}

/**
 * Scaled dot-product attention: `softmax(scale * query key^T + bias) value`, the softmax over the keys that the mask leaves.
 *
 * With fewer heads of keys than of queries (grouped-query attention) query head h reads key head `floor(h / (heads / groups))`.
 * On wasm, causal or with more than 2^24 scores, and with sizes that are multiples of 8, the scores are computed in blocks of queries, and once
 * more for the gradient: the whole matrix is never held. The result does not depend on the number of threads.
 *
 * A hidden key's score is lowered by 1e30, so its weight is 0; a query that may look nowhere looks at all keys alike, as in JAX.
 *
 * @param query float32 `[batch,heads,queries,size]`
 * @param key float32 `[batch,groups,keys,size]`, groups a divisor of heads
 * @param value float32 `[batch,groups,keys,valueSize]`
 * @param options `mask`, `bias`, `causal`, `scale`, `dropoutRate` and `key`
 * @returns float32 `[batch,heads,queries,valueSize]`
 * @throws KumikoError when types or shapes do not fit, or an option is out of range
 * @example
 * // Equal scores: the mean of both values.
 * const value = tf.tensor4d([1, 3], [1, 1, 2, 1]);
 * attention(tf.zeros([1, 1, 2, 4]), tf.ones([1, 1, 2, 4]), value); // [[[[2], [2]]]]
 * attention(tf.zeros([1, 1, 2, 4]), tf.ones([1, 1, 2, 4]), value, { causal: true }); // [[[[1], [2]]]]
 * @see Vaswani et al., "Attention is all you need", NeurIPS 2017; Ainslie et al., "GQA", EMNLP 2023; torch scaled_dot_product_attention
 */
export function attention(query: tf.Tensor, key: tf.Tensor, value: tf.Tensor, options: AttentionOptions = {}): tf.Tensor4D {
  checkTensors(query, key, value, options);
  const { causal = false, scale = 1 / Math.sqrt(query.shape[3] as number), dropoutRate = 0, key: rng } = options;
  return tf.tidy(() => {
    const inputs = { query, key, value, bias: addedBias(options, key.shape[2] as number) };
    if (rng !== undefined && dropoutRate > 0) {
      return attentionReference(inputs, { causal, scale }, (weights) => dropout(weights, rng, dropoutRate)) as tf.Tensor4D;
    }
    return (isFusible(query, value, causal) ? fusedAttention : attentionReference)(inputs, { causal, scale }) as tf.Tensor4D;
  });
}

function broadcasts(shape: Shape, to: Shape): boolean {
  const missing = to.length - shape.length;
  return missing >= 0 && shape.every((size, axis) => size === 1 || size === to[axis + missing]);
}

function checkTensors(query: tf.Tensor, key: tf.Tensor, value: tf.Tensor, options: AttentionOptions): void {
  const { mask, bias, causal, scale, dropoutRate = 0 } = options;
  for (const [name, tensor] of Object.entries({ query, key, value })) {
    check(
      tensor.dtype === 'float32' && tensor.rank === 4,
      'attention',
      () =>
        `expected ${name} as float32 [batch,heads,positions,size], got ${tensor.dtype} ${formatShape(tensor.shape)}. Split the features into heads first.`,
    );
  }
  const [batch, heads, queries, size] = query.shape as [number, number, number, number];
  const [, groups, keys] = key.shape as [number, number, number];
  check(
    key.shape[0] === batch && key.shape[3] === size && groups > 0 && heads % groups === 0,
    'attention',
    () =>
      `expected key [${batch},a divisor of ${heads},keys,${size}] for this query, got ${formatShape(key.shape)}. Give query and key one batch and head size.`,
  );
  check(
    value.shape[0] === batch && value.shape[1] === groups && value.shape[2] === keys,
    'attention',
    () => `expected value [${batch},${groups},${keys},size] for this key, got ${formatShape(value.shape)}. Give each key one value.`,
  );
  const scores = [batch, heads, queries, keys];
  for (const [name, tensor, dtype] of [['mask', mask, 'bool'] as const, ['bias', bias, 'float32'] as const]) {
    check(
      tensor === undefined || (tensor.dtype === dtype && broadcasts(tensor.shape, scores)),
      'attention',
      () =>
        `expected ${name} as ${dtype}, broadcastable to ${formatShape(scores)}, got ${tensor?.dtype} ${formatShape(tensor?.shape ?? [])}. Cast it, or give it axes of 1.`,
    );
  }
  check(
    causal !== true || queries === keys,
    'attention',
    () => `expected as many keys as queries under causal, got ${queries} queries and ${keys} keys. Pass a mask instead.`,
  );
  check(
    scale === undefined || Number.isFinite(scale),
    'attention',
    () => `expected a finite scale, got ${scale}. Leave it out for 1 / sqrt(${size}).`,
  );
  check(
    dropoutRate >= 0 && dropoutRate < 1,
    'attention',
    () => `expected dropoutRate in [0, 1), got ${dropoutRate}. Pass the share that is dropped.`,
  );
  check(
    dropoutRate === 0 || options.key !== undefined,
    'attention',
    () => 'expected a key to drop by, got none. Pass { dropoutRate, key }.',
  );
}
