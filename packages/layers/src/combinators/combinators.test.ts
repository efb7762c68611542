import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { flatten, foldIn, key, leaves, shapeOf, type Layer, type Tree } from '@kumiko/core';
import { relu } from '../activations/relu.ts';
import { composite } from '../composite.ts';
import { conv2d } from '../convolution/conv2d.ts';
import { dense } from '../dense.ts';
import { dropoutLayer } from '../dropout-layer.ts';
import { batchNorm } from '../normalisation/batch-norm.ts';
import { spatialDropout } from '../regularisation/spatial-dropout.ts';
import { stochasticDepth } from '../regularisation/stochastic-depth.ts';
import { sequential } from '../sequential.ts';
import { frozen } from './frozen.ts';
import { named } from './named.ts';
import { parallel } from './parallel.ts';
import { repeat } from './repeat.ts';
import { residual } from './residual.ts';
import { shared } from './shared.ts';
import { spectralNorm } from './spectral-norm.ts';
import { squeezeExcite } from './squeeze-excite.ts';
import { weightNorm } from './weight-norm.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

function names(tree: Tree): string[] {
  return flatten<tf.Tensor>(tree).map(({ name }) => name);
}

function apply(layer: Layer<tf.Tensor, tf.Tensor>, x: tf.Tensor, training = false): number[] {
  const { params, state } = layer.init(key(0), shapeOf(x.shape));
  return [...layer.apply({ params, state }, x, { training, key: key(3) })[0].dataSync()];
}

test('composite: threads state through repeated calls, and gives each call a key of its own (counts calls)', () => {
  const seen: unknown[] = [];
  const counter: Layer<tf.Tensor, tf.Tensor> = {
    name: 'counter',
    init: (_key, output) => ({ params: {}, state: { calls: tf.scalar(0) }, output }),
    apply({ state }, x, context): [tf.Tensor, { state: Tree }] {
      seen.push(context.key);
      const { calls } = state as { calls: tf.Scalar };
      return [tf.add(x, calls), { state: { calls: tf.add(calls, 1) } }];
    },
  };
  const twice = composite(
    { counter, unused: dense({ units: 1 }) },
    {
      name: 'twice',
      shapes: (input, calls) => calls.counter(calls.counter(input)),
      forward: (x: tf.Tensor, calls) => calls.counter(calls.counter(x)),
    },
  );
  const before = tf.memory().numTensors;
  const { params, state } = twice.init(key(0), shapeOf([1]));
  // Of the two calls' first values one stays.
  expect(tf.memory().numTensors).toBe(before + 1);
  expect([names(params), names(state)]).toEqual([[], ['counter/calls']]);
  const [y, next] = twice.apply({ params, state }, tf.tensor1d([10]), { training: true, key: key(9) });
  expect(y.dataSync()[0]).toBe(11);
  expect((leaves(next.state)[0] as tf.Tensor).dataSync()[0]).toBe(2);
  expect(seen).toEqual([foldIn(key(9), 0), foldIn(key(9), 1)]);
});

test('composite: refuses calls of one layer that need different parameters', () => {
  const one = dense({ units: 2 });
  const layer = composite(
    { one },
    { name: 'loop', shapes: (input, calls) => calls.one(calls.one(input)), forward: (x: tf.Tensor, calls) => calls.one(x) },
  );
  expect(() => layer.init(key(0), shapeOf([1, 3]))).toThrow(
    "loop: expected every call of 'one' to take the same parameters, got kernel [3,2], bias [2] and kernel [2,2], bias [2]. ",
  );
});

test('shared and named: one entry of variables, and another name', () => {
  const block = shared('block', dense({ units: 3 }));
  expect(names(sequential([block, named('head', dense({ units: 3 })), block]).init(key(0), shapeOf([1, 3])).params)).toEqual([
    'block/kernel',
    'block/bias',
    'head/kernel',
    'head/bias',
  ]);
  const plain = dense({ units: 3 });
  expect(names(sequential([plain, plain]).init(key(0), shapeOf([1, 3])).params)).toContain('dense_1/kernel');
});

test('repeat: layers of their own', () => {
  const made: number[] = [];
  const layer = repeat(2, (position) => (made.push(position), dense({ units: position + 1 })));
  expect(made).toEqual([0, 1]);
  expect(layer.init(key(0), shapeOf([1, 3])).output).toEqual(shapeOf([1, 2]));
  expect(() => repeat(0, () => dense({ units: 1 }))).toThrow('repeat: expected count to be a whole number of at least 1, got 0. ');
});

test('frozen: no parameters, no dropout, no moving statistics, but gradients of the input', async () => {
  const layer = frozen(sequential([dense({ units: 2, useBias: false }), batchNorm(), dropoutLayer(0.9)]));
  const { params, state, output } = layer.init(key(0), shapeOf([4, 3]));
  expect(params).toEqual({});
  expect(output).toEqual(shapeOf([4, 2]));
  expect(names(state)).toContain('frozen/params/dense/kernel');
  const x = tf.ones([4, 3]);
  const [y, next] = await trackLeaks(() => tf.tidy(() => layer.apply({ params, state }, x, { training: true })));
  expect(next.state).toBe(state);
  expect(y.dataSync()[0]).not.toBe(0);
  const dx = tf.grad((v: tf.Tensor) => tf.sum(layer.apply({ params, state }, v, { training: true })[0]))(x);
  expect(tf.max(tf.abs(dx)).dataSync()[0]).toBeGreaterThan(0);
});

test('residual: adds the input, and refuses what does not fit', () => {
  const double: Layer<tf.Tensor, tf.Tensor> = {
    name: 'double',
    init: (_key, output) => ({ params: {}, state: {}, output }),
    apply: ({ state }, x) => [tf.mul(x, 2), { state }],
  };
  expect(apply(residual(double), tf.tensor2d([[1, -2]]))).toEqual([3, -6]);
  expect(apply(residual(double, { activation: relu }), tf.tensor2d([[1, -2]]))).toEqual([3, 0]);
  expect(() => residual(dense({ units: 3 })).init(key(0), shapeOf([1, 4]))).toThrow(
    'residual: expected body and shortcut of one shape, got [1,3] and [1,4]. ',
  );
});

test('parallel: merges element by element too', () => {
  const times = (factor: number): Layer<tf.Tensor, tf.Tensor> => ({
    name: 'times',
    init: (_key, output) => ({ params: {}, state: {}, output }),
    apply: ({ state }, x) => [tf.mul(x, factor), { state }],
  });
  const x = tf.tensor2d([[1, -2]]);
  const merged = (merge: 'sum') => apply(parallel([times(2), times(4)], { merge }), x);
  expect(merged('sum')).toEqual([6, -12]);
  expect(merged('average' as 'sum')).toEqual([3, -6]);
  expect(merged('product' as 'sum')).toEqual([8, 32]);
  expect(merged('maximum' as 'sum')).toEqual([4, -4]);
  expect(merged('concat' as 'sum')).toEqual([2, -4, 4, -8]);
  expect(() => parallel([])).toThrow('parallel: expected at least one layer, got none. ');
  expect(() => merged('mean' as 'sum')).toThrow("parallel: expected merge 'concat', 'sum', 'average', 'product', 'maximum', got 'mean'. ");
  expect(() => parallel([dense({ units: 1 }), dense({ units: 2 })], { merge: 'sum' }).init(key(0), shapeOf([1, 4]))).toThrow(
    'parallel: expected branches of one shape, got [1,1] and [1,2]. ',
  );
});

test('weightNorm and spectralNorm: start from the kernel that the layer draws', () => {
  const x = tf.tensor2d([[1, 2, 3]]);
  const plain = apply(dense({ units: 2 }), x);
  for (const [i, value] of apply(weightNorm(dense({ units: 2 })), x).entries()) expect(value).toBeCloseTo(plain[i] as number, 5);
  // After enough steps the largest singular value of the kernel is 1.
  const layer = spectralNorm(conv2d({ filters: 4, kernelSize: 2, useBias: false }), { iterations: 60 });
  const { params, state } = layer.init(key(2), shapeOf([1, 2, 2, 3]));
  const { state: next } = layer.apply({ params, state }, tf.ones([1, 2, 2, 3]), { training: true })[1];
  const { left, right } = next as { left: tf.Tensor2D; right: tf.Tensor2D };
  const image = tf.reshape(right, [1, 2, 2, 3]);
  const [y] = layer.apply({ params, state: next }, image, { training: false });
  const error = tf.max(tf.abs(tf.sub(tf.reshape(y, [4, 1]), left))).dataSync()[0];
  expect(error).toBeLessThan(1e-4);
  expect(() => weightNorm(dense({ units: 1 }), { parameter: 'w' }).init(key(0), shapeOf([1, 2]))).toThrow(
    "weightNorm: expected a layer with the parameter 'w', got kernel, bias. ",
  );
  expect(() => spectralNorm(relu6Layer()).init(key(0), shapeOf([1, 2]))).toThrow(
    "spectralNorm: expected a layer with the parameter 'kernel', got none. ",
  );
});

function relu6Layer(): Layer<tf.Tensor, tf.Tensor> {
  return { name: 'relu6', init: (_key, output) => ({ params: {}, state: {}, output }), apply: ({ state }, x) => [tf.relu6(x), { state }] };
}

test('squeezeExcite: scales channels as a whole, and refuses another number of them', () => {
  const y = apply(squeezeExcite({ channels: 2, squeezeChannels: 1 }), tf.ones([1, 2, 2, 2]));
  expect([y[2], y[4], y[6]]).toEqual([y[0], y[0], y[0]]);
  expect(() => squeezeExcite({ channels: 3 }).init(key(0), shapeOf([1, 2, 2, 2]))).toThrow(
    'squeezeExcite: expected channels and factors of one shape, got [2] and [3]. ',
  );
});

test('spatialDropout and stochasticDepth: drop channels, and examples', () => {
  const channels = apply(spatialDropout(0.5), tf.ones([1, 3, 200]), true);
  for (let i = 0; i < 200; i++) expect(new Set([channels[i], channels[200 + i], channels[400 + i]]).size).toBe(1);
  expect(new Set(channels)).toEqual(new Set([0, 2]));
  const examples = apply(stochasticDepth(0.75), tf.ones([200, 2]), true);
  for (let i = 0; i < 200; i++) expect(examples[2 * i]).toBe(examples[2 * i + 1]);
  expect(new Set(examples)).toEqual(new Set([0, 4]));
  expect(apply(stochasticDepth(0.75), tf.ones([2, 2]))).toEqual([1, 1, 1, 1]);
  expect(() => spatialDropout(1)).toThrow('spatialDropout: expected rate in [0, 1), got 1. ');
  expect(() => stochasticDepth(0.1).apply({ params: {}, state: {} }, tf.ones([1, 1]), { training: true })).toThrow(
    'stochasticDepth: expected a key in training, got none. ',
  );
});
