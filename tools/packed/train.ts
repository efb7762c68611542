// Trains a small convolutional network on two kinds of stripes, on every core, and fails unless the loss falls.
import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { disposeTree, key, keepTree, leaves, shapeOf, unflatten } from '@kumiko/core';
import { conv2d, dense, flattenFeatures, maxPool2d, relu, sequential } from '@kumiko/layers';
import { sparseCategoricalCrossEntropy } from '@kumiko/losses';
import { adam, applyUpdates } from '@kumiko/optimizers';

const backend = await selectBackend([wasm(), cpu()]);
if (backend.name !== 'wasm') throw new Error(`expected wasm, got ${backend.name}`);

// Image i has vertical stripes when i is even, horizontal ones when it is odd.
const [count, size] = [32, 8];
const pixel = (image: number, row: number, column: number): number => ((image % 2 === 0 ? column : row) + (image >> 1)) % 2;
const pixels = Float32Array.from({ length: count * size * size }, (_, i) => pixel(Math.floor(i / 64), Math.floor(i / 8) % 8, i % 8));
const images = tf.tensor4d(pixels, [count, size, size, 1]);
const labels = tf.tensor1d(
  Array.from({ length: count }, (_, i) => i % 2),
  'int32',
);

const model = sequential([
  conv2d({ filters: 4, kernelSize: 3, activation: relu }),
  maxPool2d({ poolSize: 2 }),
  flattenFeatures(),
  dense({ units: 2 }),
]);
const optimizer = adam({ learningRate: 0.02 });
let { params, state } = tf.tidy(() => {
  const variables = model.init(key(1), shapeOf([count, size, size, 1]));
  return keepTree({ params: variables.params, state: variables.state });
});
let memory = tf.tidy(() => keepTree(optimizer.init(params)));

const losses: number[] = [];
for (let step = 0; step < 30; step++) {
  const next = tf.tidy(() => {
    const loss = (...values: tf.Tensor[]): tf.Scalar => {
      const [logits] = model.apply({ params: unflatten(params, values), state }, images, { training: true });
      return sparseCategoricalCrossEntropy(logits, labels);
    };
    const { value, grads } = tf.valueAndGrads(loss)(leaves<tf.Tensor>(params));
    const [updates, nextMemory] = optimizer.update(unflatten(params, grads), memory, params);
    return keepTree({ value, params: applyUpdates(params, updates), memory: nextMemory });
  });
  losses.push((await next.value.data())[0] ?? Number.NaN);
  disposeTree([params, memory, next.value], [next.params, next.memory]);
  [params, memory] = [next.params, next.memory];
}
const [first = 0, last = 0] = [losses[0], losses.at(-1)];
if (!(last < first / 4)) throw new Error(`expected the loss to fall to a quarter, got ${first} to ${last}`);
console.log(`loss ${first.toFixed(3)} to ${last.toFixed(3)} on ${backend.name}`);
