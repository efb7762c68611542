import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { flatten, foldIn, key, keyTensor, shapeOf, type Key, type Layer, type Tree } from '@kumiko/core';
import { activation } from './activation.ts';
import { conv2d } from './convolution/conv2d.ts';
import { dense } from './dense.ts';
import { flattenFeatures } from './flatten-features.ts';
import { relu } from './activations/relu.ts';
import { sequential } from './sequential.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('keys variables by unique names, in order, without empty entries', () => {
  const model = sequential([
    flattenFeatures(),
    dense({ units: 3 }),
    activation(relu),
    dense({ units: 2 }),
    dense({ units: 1, name: 'head' }),
  ]);
  const { params, state, output } = model.init(key(0), shapeOf([4, 2, 2]));
  expect(flatten<tf.Tensor>(params).map(({ name, leaf }) => `${name} ${leaf.shape.join('x')}`)).toEqual([
    'dense/kernel 4x3',
    'dense/bias 3',
    'dense_1/kernel 3x2',
    'dense_1/bias 2',
    'head/kernel 2x1',
    'head/bias 1',
  ]);
  expect(state).toEqual({});
  expect(output).toEqual(shapeOf([4, 1]));
});

test('a layer behind does not change the first values of those before', () => {
  const kernel = (units: number[]): Float32Array => {
    const { params } = sequential(units.map((n) => dense({ units: n }))).init(key(1), shapeOf([1, 3]));
    return (params as { dense: { kernel: tf.Tensor2D } }).dense.kernel.dataSync<'float32'>();
  };
  expect(kernel([4])).toEqual(kernel([4, 9]));
});

/** Adds its state to its input and counts its calls in it; passes on what it saw of the context. */
function counter(seen: unknown[]): Layer<tf.Tensor, tf.Tensor> {
  return {
    name: 'counter',
    init: (_key, input) => ({ params: {}, state: { calls: tf.scalar(0) }, output: input }),
    apply({ state }, x, context): [tf.Tensor, { state: Tree; cache: Tree }] {
      seen.push(context.key, context.cache);
      const { calls } = state as { calls: tf.Scalar };
      return [tf.add(x, calls), { state: { calls: tf.add(calls, 1) }, cache: { last: x } }];
    },
  };
}

test('threads state, caches and keys to each layer by its name (counts calls)', () => {
  const seen: unknown[] = [];
  const model = sequential([counter(seen), flattenFeatures(), counter(seen)]);
  const { params, state } = model.init(key(0), shapeOf([1, 1]));
  const [, first] = model.apply({ params, state }, tf.tensor2d([[5]]), { training: true, key: key(9) });
  expect(seen).toEqual([foldIn(key(9), 0), undefined, foldIn(key(9), 2), undefined]);
  const [y, second] = model.apply({ params, state: first.state }, tf.zeros([1, 1]), {
    training: true,
    ...(first.cache && { cache: first.cache }),
  });
  // Both counters add the one call before.
  expect(y.dataSync()[0]).toBe(2);
  expect(Object.keys(second.state)).toEqual(['counter', 'counter_1']);
  expect((seen[7] as { last: tf.Tensor }).last.dataSync()[0]).toBe(5);
});

test('derives the same keys from a key tensor', () => {
  const seen: unknown[] = [];
  const model = sequential([counter(seen), counter(seen)]);
  const { params, state } = model.init(key(0), shapeOf([1, 1]));
  model.apply({ params, state }, tf.zeros([1, 1]), { training: true, key: keyTensor(key(9)) });
  const tensors = [seen[0], seen[2]] as tf.Tensor1D[];
  expect(tensors.map((tensor) => Array.from(tensor.dataSync()))).toEqual(
    [0, 1].map((i) => Array.from(keyTensor(foldIn(key(9), i)).dataSync())),
  );
});

test('nests', () => {
  const model = sequential([sequential([dense({ units: 2 })], { name: 'encoder' }), dense({ units: 1 })]);
  const { params } = model.init(key(0) satisfies Key, shapeOf([1, 3]));
  expect(flatten<tf.Tensor>(params).map(({ name }) => name)).toEqual([
    'encoder/dense/kernel',
    'encoder/dense/bias',
    'dense/kernel',
    'dense/bias',
  ]);
});

test('says what is wrong', () => {
  expect(() => sequential([])).toThrow('sequential: expected at least one layer, got none. ');
  expect(() => sequential([dense({ units: 1, name: 'a/b' })])).toThrow("got 'a/b'");
  const model = sequential([flattenFeatures(), conv2d({ filters: 1, kernelSize: 1 })]);
  expect(() => model.init(key(0), shapeOf([32, 28, 28]))).toThrow('conv2d: expected input [batch,height,width,channels], got [32,784]. ');
});
