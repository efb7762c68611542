import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { key, shapeOf } from '@kumiko/core';
import { embedding } from './embedding.ts';

const layer = embedding({ inputDim: 3, outputDim: 2 });
let variables: { params: { embeddings: tf.Tensor2D }; state: object };

beforeAll(async () => {
  await selectBackend([cpu()]);
  variables = { params: { embeddings: tf.tensor2d([1, 2, 10, 20, 100, 200], [3, 2]) }, state: {} };
});
afterEach(() => tf.env().set('DEBUG', false));

function rowsOf(...indices: number[]): unknown {
  return layer.apply(variables as never, tf.tensor1d(indices, 'int32'), { training: true })[0].arraySync();
}

test('looks up rows, also of a scalar and of none', () => {
  expect(rowsOf(2, 0, 2)).toEqual([[100, 200], [1, 2], [100, 200]]); // prettier-ignore
  expect(rowsOf()).toEqual([]);
  expect(layer.apply(variables as never, tf.scalar(1, 'int32'), { training: true })[0].arraySync()).toEqual([10, 20]);
  expect(layer.init(key(0), shapeOf([7, 5], 'int32')).output).toEqual(shapeOf([7, 5, 2]));
});

test('attends with the same table', () => {
  // [1 -1] times each row: 1 - 2, 10 - 20, 100 - 200.
  expect(layer.attend(variables.params, tf.tensor3d([[[1, -1]]])).arraySync()).toEqual([[[-1, -10, -100]]]);
  // Tied: the loss x E^T + E[1], summed, has gradient x for each row and 1 more for the row that was looked up.
  const [gradient] = tf.grads((embeddings) => {
    const [row] = layer.apply({ params: { embeddings: embeddings as tf.Tensor }, state: {} }, tf.tensor1d([1], 'int32'), {
      training: true,
    });
    return tf.add(tf.sum(layer.attend({ embeddings: embeddings as tf.Tensor }, tf.tensor2d([[3, 4]]))), tf.sum(row));
  })([variables.params.embeddings]);
  expect(gradient?.arraySync()).toEqual([[3, 4], [4, 5], [3, 4]]); // prettier-ignore
});

test('says what is wrong', () => {
  expect(() => embedding({ inputDim: 0, outputDim: 1 })).toThrow(
    'embedding: expected inputDim to be a whole number of at least 1, got 0. ',
  );
  expect(() => layer.apply(variables as never, tf.zeros([2]), { training: false })).toThrow(
    'embedding: expected indices as int32, got float32 [2]. Cast them.',
  );
  expect(() => layer.attend(variables.params, tf.zeros([2, 3]))).toThrow(
    'embedding: expected features [...,2] to attend with, got [2,3]. ',
  );
});

test('refuses an index out of range in debug mode', () => {
  tf.env().set('DEBUG', true);
  expect(() => rowsOf(0, 3)).toThrow('embedding: expected indices in [0, 3), got 3. ');
  expect(() => rowsOf(-1)).toThrow('got -1');
  expect(rowsOf(1)).toEqual([[10, 20]]);
});

test('leaves nothing behind', async () => {
  const x = tf.tensor2d([[0, 1]], [1, 2], 'int32');
  await trackLeaks(() => tf.tidy(() => layer.attend(variables.params, layer.apply(variables as never, x, { training: false })[0])));
});
