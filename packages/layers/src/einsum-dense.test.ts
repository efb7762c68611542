import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { key, shapeOf } from '@kumiko/core';
import { relu } from './activations/relu.ts';
import { einsumDense } from './einsum-dense.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('is a matrix product where the equation says so, with bias and activation', async () => {
  const layer = einsumDense({ equation: 'ab,bc->ac', outputShape: [2], biasAxes: 'c', activation: relu });
  const params = { kernel: tf.tensor2d([1, 2, 3, 4], [2, 2]), bias: tf.tensor1d([1, -100]) };
  const x = tf.tensor2d([[5, 6]]);
  // [5*1 + 6*3 + 1, 5*2 + 6*4 - 100].
  const y = await trackLeaks(() => tf.tidy(() => layer.apply({ params, state: {} }, x, { training: true })[0]));
  expect([...y.dataSync()]).toEqual([24, 0]);
});

test('says what is wrong', () => {
  for (const equation of ['ab,bc', 'ab,bc->ca', 'aab,bc->ac', 'ab,abc->ac', 'ab,bc->adc', 'ab,bcd->ac']) {
    expect(() => einsumDense({ equation, outputShape: [1] })).toThrow(`got '${equation}'. `);
  }
  expect(() => einsumDense({ equation: 'ab,bc->ac', outputShape: [1, 2] })).toThrow('expected outputShape to have 1 sizes, got [1,2]. ');
  expect(() => einsumDense({ equation: 'ab,bc->ac', outputShape: [1], biasAxes: 'a' })).toThrow(
    "expected biasAxes to be axes of the output behind the batch, got 'a'. ",
  );
  const layer = einsumDense({ equation: 'abc,cd->abd', outputShape: [3, 2] });
  expect(() => layer.init(key(0), shapeOf([1, 4, 5]))).toThrow(
    "expected axis 'b' to have one size, got 4 in the input and 3 in outputShape. ",
  );
  expect(() => layer.init(key(0), shapeOf([1, 5]))).toThrow('einsumDense: expected input [a,b,c], got [1,5]. ');
  const { params, state } = layer.init(key(0), shapeOf([1, 3, 5]));
  expect(() => layer.apply({ params, state }, tf.zeros([1, 5]), { training: false })).toThrow(
    'einsumDense: expected input [a,b,c], got [1,5]. ',
  );
});
