import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { generator, key, shapeOf, type Tree } from '@kumiko/core';
import { expectTensor } from '@kumiko/testing';
import { multiHeadAttention, type MultiHeadAttentionOptions } from './multi-head-attention.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

const normals = (seed: number, ...shape: number[]): tf.Tensor =>
  tf.tensor(generator(key(seed)).normals(tf.util.sizeFromShape(shape)), shape);

describe.each<[string, MultiHeadAttentionOptions]>([
  ['plain', { numHeads: 2, causal: true }],
  ['grouped, rotary', { numHeads: 4, numKeyValueHeads: 2, rotary: { interleaved: true }, causal: true }],
  ['alibi', { numHeads: 2, alibi: true, causal: true, useBias: false }],
])('with a cache, %s', (_name, options) => {
  test.each([[[6]], [[1, 1, 1, 1, 1, 1]], [[3, 1, 2]]])('parts of %j give what the whole gives', async (counts) => {
    const layer = multiHeadAttention(options);
    const { params, state } = layer.init(key(0), shapeOf([1, 6, 8]));
    const x = normals(3, 2, 6, 8);
    const [whole] = layer.apply({ params, state }, x, { training: false });
    let cache: Tree = layer.initCache(params, { batch: 2, length: 7 });
    const parts: tf.Tensor[] = [];
    let start = 0;
    for (const count of counts) {
      const [y, next] = layer.apply({ params, state }, tf.slice(x, [0, start, 0], [2, count, 8]), { training: false, cache });
      parts.push(y);
      cache = next.cache as Tree;
      start += count;
    }
    expectTensor(tf.concat(parts, 1), { shape: [2, 6, 8], values: [...(await whole.data())] });
  });
});

test('a cache without causal sees all filled positions and no others', async () => {
  const layer = multiHeadAttention({ numHeads: 2 });
  const { params, state } = layer.init(key(0), shapeOf([1, 4, 4]));
  const x = normals(5, 1, 4, 4);
  const [whole] = layer.apply({ params, state }, x, { training: false });
  const [y] = layer.apply({ params, state }, x, { training: false, cache: layer.initCache(params, { batch: 1, length: 9 }) });
  expectTensor(y, { shape: [1, 4, 4], values: [...(await whole.data())] });
});

test('drops weights by the key, in training alone', () => {
  const layer = multiHeadAttention({ numHeads: 2, dropout: 0.5 });
  const { params, state } = layer.init(key(0), shapeOf([1, 5, 4]));
  const x = normals(2, 1, 5, 4);
  const run = (training: boolean, seed: number) => layer.apply({ params, state }, x, { training, key: key(seed) })[0].dataSync();
  expect(run(true, 1)).toEqual(run(true, 1));
  expect(run(true, 1)).not.toEqual(run(true, 2));
  expect(run(false, 1)).toEqual(run(false, 2));
  expect(() => layer.apply({ params, state }, x, { training: true })).toThrow('multiHeadAttention: expected a key in training, got none. ');
  expect(() => multiHeadAttention({ numHeads: 1, dropout: 1 })).toThrow('expected dropout in [0, 1), got 1. ');
});

test('says what is wrong', () => {
  expect(() => multiHeadAttention({ numHeads: 4, numKeyValueHeads: 3 })).toThrow(
    'multiHeadAttention: expected numKeyValueHeads to divide 4 heads, got 3. Pass a divisor.',
  );
  expect(() => multiHeadAttention({ numHeads: 3 }).init(key(0), shapeOf([1, 2, 8]))).toThrow(
    'expected 3 heads of a whole size, got 8 features. ',
  );
  const layer = multiHeadAttention({ numHeads: 1, name: 'look' });
  expect(() => layer.init(key(0), shapeOf([2, 8]))).toThrow('look: expected input [batch,positions,features], got [2,8]. ');
  const { params, state } = layer.init(key(0), shapeOf([1, 2, 2]));
  const run = (x: object, cache?: Tree) => layer.apply({ params, state }, x as tf.Tensor, { training: false, ...(cache && { cache }) });
  expect(() => run(tf.zeros([2, 2]))).toThrow('look: expected input [batch,positions,features], got [2,2]. ');
  expect(() => run({ query: tf.zeros([1, 2, 2]), key: tf.zeros([1, 3, 2]) }, layer.initCache(params, { batch: 1, length: 3 }))).toThrow(
    'look: expected a cache for self-attention alone, got one with a key of its own. ',
  );
});

test('leaves nothing behind', async () => {
  const layer = multiHeadAttention({ numHeads: 2, causal: true, rotary: true });
  const { params, state } = layer.init(key(0), shapeOf([1, 3, 4]));
  const x = normals(1, 1, 3, 4);
  await trackLeaks(() => tf.tidy(() => layer.apply({ params, state }, x, { training: false })[0]));
});
