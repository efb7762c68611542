import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { flatten, generator, key, shapeOf, type Tree } from '@kumiko/core';
import { expectTensor } from '@kumiko/testing';
import { normalValues } from './initializers/normal-values.ts';
import { transformerBlock } from './transformer-block.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

const normals = (seed: number, ...shape: number[]): tf.Tensor =>
  tf.tensor(generator(key(seed)).normals(tf.util.sizeFromShape(shape)), shape);

test('goes on from its cache', async () => {
  const layer = transformerBlock({ numHeads: 2, causal: true });
  const { params, state } = layer.init(key(0), shapeOf([1, 3, 8]));
  const x = normals(1, 2, 3, 8);
  const [whole] = layer.apply({ params, state }, x, { training: false });
  let cache = layer.initCache(params, { batch: 2, length: 3 });
  const parts = [0, 1, 2].map((start) => {
    const [y, next] = layer.apply({ params, state }, tf.slice(x, [0, start, 0], [2, 1, 8]), { training: false, cache });
    cache = next.cache as Tree;
    return y;
  });
  expectTensor(tf.concat(parts, 1), { shape: [2, 3, 8], values: [...(await whole.data())] });
});

test('drops by the key, in training alone', () => {
  const layer = transformerBlock({ numHeads: 1, dropout: 0.5 });
  const { params, state } = layer.init(key(0), shapeOf([1, 3, 8]));
  const x = normals(1, 1, 3, 8);
  const run = (training: boolean, seed?: number): number[] => [
    ...layer.apply({ params, state }, x, { training, ...(seed !== undefined && { key: key(seed) }) })[0].dataSync(),
  ];
  expect(run(true, 1)).toEqual(run(true, 1));
  expect(run(true, 1)).not.toEqual(run(true, 2));
  expect(run(false)).toEqual(run(false, 3));
  expect(run(true, 1)).not.toEqual(run(false));
  expect(() => run(true)).toThrow('attention: expected a key in training, got none. ');
});

test('ends of the parts start as the residual initializer says', () => {
  const layer = transformerBlock({ numHeads: 2, kernelInitializer: normalValues(1), residualInitializer: normalValues(0), useBias: false });
  const { params } = layer.init(key(0), shapeOf([1, 3, 8]));
  const zero = flatten<tf.Tensor>(params).flatMap(({ name, leaf }) => (tf.sum(tf.abs(leaf)).arraySync() === 0 ? [name] : []));
  expect(zero).toEqual(['attention/output/kernel', 'attentionNorm/beta', 'feedForward/output/kernel', 'feedForwardNorm/beta']);
});

test('says what is wrong', () => {
  expect(() => transformerBlock({ numHeads: 1, norm: 'none' as 'pre' })).toThrow(
    "expected norm 'pre' or 'post', got 'none'. Choose one of them.",
  );
  const plain = transformerBlock({ numHeads: 1 });
  const context = { x: shapeOf([1, 2, 4]), context: shapeOf([1, 3, 4]) };
  expect(() => plain.init(key(0), context)).toThrow('transformerBlock: expected no context without crossAttention, got one. ');
  expect(() => transformerBlock({ numHeads: 1, crossAttention: true, name: 'decoder' }).init(key(0), shapeOf([1, 2, 4]))).toThrow(
    'decoder: expected { x, context } for cross-attention, got no context. ',
  );
});

test('leaves nothing behind', async () => {
  const layer = transformerBlock({ numHeads: 2, crossAttention: true, norm: 'post' });
  const { params, state } = layer.init(key(0), { x: shapeOf([1, 3, 4]), context: shapeOf([1, 2, 4]) });
  const [x, context] = [normals(1, 1, 3, 4), normals(2, 1, 2, 4)];
  await trackLeaks(() => tf.tidy(() => layer.apply({ params, state }, { x, context }, { training: false })[0]));
});
