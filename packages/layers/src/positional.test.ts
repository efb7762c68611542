import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { generator, key, shapeOf, type Tree } from '@kumiko/core';
import { expectTensor } from '@kumiko/testing';
import positions from '../../../fixtures/layers/positions.json' with { type: 'json' };
import { alibiBias } from './alibi-bias.ts';
import type { CachedLayer } from './cached-layer.ts';
import { positionalEmbedding } from './positional-embedding.ts';
import { positionalEncoding } from './positional-encoding.ts';
import { rotaryEmbedding } from './rotary-embedding.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test.each<[string, CachedLayer<tf.Tensor, tf.Tensor>]>([
  ['positionalEncoding', positionalEncoding()],
  ['positionalEmbedding', positionalEmbedding({ length: 9 })],
])('%s goes on from its cache: parts give what the whole gives', async (_name, layer) => {
  const x = tf.tensor(generator(key(1)).normals(2 * 7 * 4), [2, 7, 4]);
  const { params, state } = layer.init(key(0), shapeOf([1, 5, 4]));
  const [whole] = layer.apply({ params, state }, x, { training: false });
  let cache: Tree | undefined = layer.initCache(params, { batch: 2, length: 9 });
  const parts: tf.Tensor[] = [];
  for (const [start, count] of [
    [0, 3],
    [3, 1],
    [4, 3],
  ] as const) {
    // prettier-ignore
    const part = tf.slice(x, [0, start, 0], [2, count, 4]);
    const [y, next] = layer.apply({ params, state }, part, { training: false, ...(cache && { cache }) });
    parts.push(y);
    cache = next.cache;
  }
  expect((cache as { position: tf.Tensor }).position.arraySync()).toBe(7);
  expectTensor(tf.concat(parts, 1), { shape: [2, 7, 4], values: [...(await whole.data())] });
  await trackLeaks(() => tf.tidy(() => layer.apply({ params, state }, x, { training: false })[0]));
});

test('rotary products depend on the distance alone', () => {
  const random = generator(key(2));
  const [q, k] = [tf.tensor(random.normals(8), [1, 8]), tf.tensor(random.normals(8), [1, 8])];
  const product = (i: number, j: number, interleaved: boolean): number => {
    const at = (p: number) => ({ positions: tf.tensor1d([p]), interleaved });
    return tf.sum(tf.mul(rotaryEmbedding(q, at(i)), rotaryEmbedding(k, at(j)))).dataSync()[0] as number;
  };
  for (const interleaved of [false, true]) {
    expect(product(13, 10, interleaved)).toBeCloseTo(product(3, 0, interleaved), 4);
    expect(product(13, 10, interleaved)).not.toBeCloseTo(product(4, 0, interleaved), 2);
  }
});

test.each(Object.entries(positions.alibiSlopes))('alibi slopes of %s heads are the authors’', (heads, slopes) => {
  const bias = alibiBias(Number(heads), tf.tensor1d([3], 'int32'), tf.tensor1d([0, 2, 3], 'int32'));
  expectTensor(bias, { shape: [slopes.length, 1, 3], values: slopes.flatMap((slope) => [-3 * slope, -slope, -0]).map((v) => v + 0) });
});

test('says what is wrong', () => {
  expect(() => positionalEncoding({ base: 1 })).toThrow('positionalEncoding: expected base > 1, got 1. ');
  expect(() => positionalEncoding().init(key(0), shapeOf([1, 2, 3]))).toThrow('expected an even number of features, got 3. ');
  expect(() => positionalEmbedding({ length: 4 }).init(key(0), shapeOf([1, 5, 2]))).toThrow(
    'positionalEmbedding: expected at most 4 positions, got [1,5,2]. ',
  );
  expect(() => rotaryEmbedding(tf.zeros([2, 3]))).toThrow('rotaryEmbedding: expected x [...,positions,an even size], got [2,3]. ');
  expect(() => rotaryEmbedding(tf.zeros([2, 4]), { positions: tf.zeros([3]) })).toThrow('expected positions [2], got [3]. ');
  expect(() => rotaryEmbedding(tf.zeros([2, 4]), { base: 0 })).toThrow('rotaryEmbedding: expected base > 1, got 0. ');
  expect(() => alibiBias(0, tf.zeros([1]), tf.zeros([1]))).toThrow(
    'alibiBias: expected numHeads to be a whole number of at least 1, got 0. ',
  );
});
