import * as tf from '@tensorflow/tfjs-core';
import { trackLeaks } from '@kumiko/backend';
import { generator, key as keyOf } from '@kumiko/core';
import { expectTensor } from '@kumiko/testing';
import { expect, test } from 'vitest';
import { onEveryBackend } from '../backends.fixture.ts';
import { attention, type AttentionOptions } from './attention.ts';

function normals(seed: number, ...shape: number[]): tf.Tensor4D {
  const values: tf.Tensor = tf.tensor(generator(keyOf(seed)).normals(tf.util.sizeFromShape(shape)), shape);
  return values as tf.Tensor4D;
}

/** What attention is, one number after the other, in double precision; hidden keys are left out. */
function transcription(q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D, { mask, bias, causal = false, scale }: AttentionOptions): number[] {
  const [batch, heads, queries, size] = q.shape;
  const [, groups, keys, valueSize] = v.shape;
  const [qs, ks, vs] = [q.dataSync(), k.dataSync(), v.dataSync()];
  const broadcast = (x?: tf.Tensor) => x && tf.add(tf.zeros([batch, heads, queries, keys]), tf.cast(x, 'float32')).dataSync();
  const [seen, added] = [broadcast(mask), broadcast(bias)];
  const out: number[] = [];
  for (let row = 0; row < batch * heads * queries; row++) {
    const [b, h, i] = [Math.floor(row / (heads * queries)), Math.floor(row / queries) % heads, row % queries];
    const first = (b * groups + Math.floor(h / (heads / groups))) * keys;
    const weights = Array.from({ length: keys }, (_, j) => {
      if ((causal && j > i) || seen?.[row * keys + j] === 0) return 0;
      let product = 0;
      for (let d = 0; d < size; d++) product += (qs[row * size + d] as number) * (ks[(first + j) * size + d] as number);
      return Math.exp(product * (scale ?? size ** -0.5) + (added?.[row * keys + j] ?? 0));
    });
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let e = 0; e < valueSize; e++) {
      out.push(weights.reduce((sum, weight, j) => sum + weight * (vs[(first + j) * valueSize + e] as number), 0) / total);
    }
  }
  return out;
}

type Shape4 = readonly [number, number, number, number];

interface Row {
  readonly name: string;
  readonly query: Shape4;
  readonly key: Shape4;
  readonly valueSize?: number;
  readonly options?: () => AttentionOptions;
}

const rows: readonly Row[] = [
  { name: 'one key', query: [1, 1, 1, 1], key: [1, 1, 1, 1] },
  { name: 'odd sizes', query: [2, 3, 5, 7], key: [2, 3, 9, 7], valueSize: 3 },
  { name: 'causal', query: [1, 2, 37, 16], key: [1, 2, 37, 16], options: () => ({ causal: true }) },
  { name: 'causal beyond a block', query: [1, 1, 131, 32], key: [1, 1, 131, 32], options: () => ({ causal: true }) },
  { name: 'grouped queries', query: [2, 6, 4, 8], key: [2, 2, 70, 8], options: () => ({ scale: 0.5 }) },
  {
    name: 'padded keys',
    query: [2, 2, 3, 4],
    key: [2, 2, 5, 4],
    options: () => ({ mask: tf.tensor4d([1, 1, 1, 0, 0, 0, 0, 1, 1, 0], [2, 1, 1, 5], 'bool') }),
  },
  {
    name: 'a bias of each head, and causal',
    query: [2, 3, 6, 4],
    key: [2, 3, 6, 4],
    options: () => ({ bias: normals(8, 3, 6, 6), causal: true }),
  },
  {
    name: 'a mask, a bias and large scores',
    query: [1, 2, 4, 8],
    key: [1, 2, 66, 8],
    options: () => ({ mask: tf.greater(normals(9, 4, 66), -1), bias: normals(10, 1, 2, 1, 66), scale: 12 }),
  },
];

onEveryBackend(() => {
  test.each(rows)('$name', async ({ query: q, key: k, valueSize = k[3], options = () => ({}) }) => {
    const [query, key, value] = [normals(1, ...q), normals(2, ...k), normals(3, k[0], k[1], k[2], valueSize)];
    const given = options();
    const result = await trackLeaks(() => attention(query, key, value, given));
    expectTensor(result, { shape: [...q.slice(0, 3), valueSize], values: transcription(query, key, value, given) });
  });

  test('a query that may look nowhere looks at all keys alike', () => {
    const value = tf.tensor4d([1, 2, 6], [1, 1, 3, 1]);
    const result = attention(normals(1, 1, 1, 1, 2), normals(2, 1, 1, 3, 2), value, { mask: tf.zeros([3], 'bool') });
    expectTensor(result, { shape: [1, 1, 1, 1], values: [3] });
  });

  test('no queries, no batch', () => {
    expect(attention(tf.zeros([1, 2, 0, 4]), tf.zeros([1, 2, 3, 4]), tf.zeros([1, 2, 3, 5])).shape).toEqual([1, 2, 0, 5]);
    expect(attention(tf.zeros([0, 2, 3, 4]), tf.zeros([0, 2, 3, 4]), tf.zeros([0, 2, 3, 4])).shape).toEqual([0, 2, 3, 4]);
  });

  test('it refuses what does not fit', () => {
    const x = tf.zeros([1, 4, 3, 2]);
    expect(() => attention(tf.zeros([4, 3, 2]), x, x)).toThrow(
      'attention: expected query as float32 [batch,heads,positions,size], got float32 [4,3,2]. ',
    );
    expect(() => attention(x, tf.zeros([1, 3, 3, 2]), x)).toThrow('expected key [1,a divisor of 4,keys,2] for this query, got [1,3,3,2]. ');
    expect(() => attention(x, x, tf.zeros([1, 4, 2, 2]))).toThrow('expected value [1,4,3,size] for this key, got [1,4,2,2]. ');
    expect(() => attention(x, x, x, { mask: tf.zeros([3, 3]) })).toThrow(
      'expected mask as bool, broadcastable to [1,4,3,3], got float32 [3,3]. ',
    );
    expect(() => attention(x, x, x, { bias: tf.zeros([2, 3, 3]) })).toThrow('expected bias as float32, broadcastable to [1,4,3,3], got');
    const fewer = tf.zeros([1, 4, 2, 2]);
    expect(() => attention(x, fewer, fewer, { causal: true })).toThrow(
      'expected as many keys as queries under causal, got 3 queries and 2 keys. ',
    );
    expect(() => attention(x, x, x, { scale: NaN })).toThrow('attention: expected a finite scale, got NaN. ');
  });
});
