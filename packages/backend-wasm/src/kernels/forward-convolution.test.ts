import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasmHost } from '../host.ts';
import { wasm } from '../wasm.ts';
import { compareWithCpu } from './compare-with-cpu.fixture.ts';
import { forwardConvolution, forwardPlan } from './forward-convolution.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

interface Geometry {
  readonly strides?: [number, number];
  readonly pad?: 'same' | 'valid' | number | [[number, number], [number, number], [number, number], [number, number]];
  readonly dilations?: [number, number];
}

function attrsOf({ strides = [1, 1], pad = 'same', dilations = [1, 1] }: Geometry) {
  return { strides, pad, dilations, dataFormat: 'NHWC' as const };
}

/** Each is left to our own kernel. */
const cases: [name: string, x: number[], filter: number[], geometry: Geometry][] = [
  ['lines: a small image', [1, 4, 4, 2], [3, 3, 2, 3], {}],
  ['lines: short sums, several bands', [9, 23, 19, 1], [3, 3, 1, 33], {}],
  ['lines with dilations that do not touch', [9, 33, 34, 3], [3, 2, 3, 37], { dilations: [2, 3], strides: [1, 2] }],
  ['lines under a border that is wider than the filter', [7, 9, 9, 8], [3, 3, 8, 31], { pad: 5 }],
  ['lines with strides and explicit padding', [2, 19, 17, 9], [3, 3, 9, 21], { strides: [1, 2], pad: [[0, 0], [1, 2], [0, 3], [0, 0]] }],
  ['lines where they lie, with rows that no window reaches', [2, 20, 18, 9], [3, 3, 9, 16], { strides: [3, 2], pad: 'valid' }],
  ['blocks of lines, several parts', [4, 33, 31, 32], [5, 5, 32, 9], {}],
  ['one output channel', [4, 33, 31, 32], [3, 3, 32, 1], {}],
  ['few points of a filter that is not small', [1, 5, 5, 60], [3, 3, 60, 70], {}],
  ['taps', [2, 11, 9, 40], [3, 3, 40, 100], {}],
  ['taps with dilations', [1, 21, 19, 24], [3, 2, 24, 240], { dilations: [3, 2], pad: 'valid' }],
  ['blocks of taps', [2, 15, 9, 70], [3, 3, 70, 60], { strides: [2, 1] }],
  ['blocks within a tap', [2, 9, 9, 650], [2, 1, 650, 30], {}],
  ['1x1 of a small image', [2, 7, 5, 3], [1, 1, 3, 5], {}],
  ['1x1 of one point', [1, 1, 1, 70], [1, 1, 70, 30], {}],
  ['1x1 as a product', [3, 11, 9, 70], [1, 1, 70, 30], {}],
  ['1x1 with strides', [2, 21, 19, 70], [1, 1, 70, 30], { strides: [2, 2] }],
  ['1x1 with padding', [2, 11, 9, 70], [1, 1, 70, 30], { pad: 1 }],
]; // prettier-ignore

test.each(cases)('%s', (_, x, filter, geometry) => {
  const attrs = attrsOf(geometry);
  expect(forwardPlan(x, filter, attrs).isFaster).toBe(true);
  compareWithCpu(tf.Conv2D, { x: { shape: x }, filter: { shape: filter } }, attrs, 1e-4);
  for (const activation of ['linear', 'relu', 'relu6', 'leakyrelu', 'sigmoid', 'elu']) {
    const inputs = { x: { shape: x }, filter: { shape: filter }, bias: { shape: [filter[3]!] } };
    compareWithCpu(tf.FusedConv2D, inputs, { ...attrs, activation, leakyreluAlpha: 0.3 }, 1e-4);
  }
});

test('prelu weights for each channel', () => {
  const inputs = { x: { shape: [2, 11, 9, 18] }, filter: { shape: [3, 3, 18, 20] }, preluActivationWeights: { shape: [20] } };
  compareWithCpu(tf.FusedConv2D, inputs, { ...attrsOf({}), activation: 'prelu' }, 1e-4);
});

test('by hand: the bias is added once however many blocks of taps there are', () => {
  // 3 x 3 x 64 = 576 ones, in two blocks of taps: 576 + 5 in the middle; relu6 cuts -576 + 5 to 0 and 581 to 6.
  tf.tidy(() => {
    const [x, filter] = [tf.ones([1, 24, 24, 64]), tf.ones([3, 3, 64, 2])] as [tf.Tensor4D, tf.Tensor4D];
    const middle = (options: object) =>
      [...tf.slice(tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias: tf.tensor1d([5, 6]), ...options }), [0, 9, 9, 0], [1, 1, 1, 2]).dataSync()]; // prettier-ignore
    expect(middle({})).toEqual([581, 582]);
    expect(middle({ activation: 'relu6' })).toEqual([6, 6]);
    expect(middle({ activation: 'relu6', x: tf.neg(x) })).toEqual([0, 0]);
  });
});

test('a NaN stays a NaN under a clamp', () => {
  tf.tidy(() => {
    const x = tf.fill([1, 24, 24, 64], NaN) as tf.Tensor4D;
    const output = tf.fused.conv2d({ x, filter: tf.ones([3, 3, 64, 2]), strides: 1, pad: 'same', activation: 'relu6' });
    expect(output.dataSync()[0]).toBeNaN();
  });
});

test('one part after another gives the same bits as two threads', () => {
  for (const [, x, filter, geometry] of cases) {
    tf.tidy(() => {
      const [image, weights] = [tf.randomNormal(x), tf.randomNormal(filter)];
      const plan = forwardPlan(x, filter, attrsOf(geometry));
      const run = () => {
        const { dataId } = forwardConvolution(tf.backend() as never, image, weights, plan);
        const host = wasmHost(tf.backend());
        const start = host.pointer(dataId) >>> 2;
        const values = host.floats().slice(start, start + tf.util.sizeFromShape(plan.outShape));
        tf.backend().disposeData(dataId);
        return values;
      };
      const first = run();
      for (let i = 0; i < 3; i++) expect(run()).toEqual(first);
    });
  }
});

test('few points of a large filter are left to stock, which packs it once', () => {
  const isFaster = (x: number[], filter: number[]) => forwardPlan(x, filter, attrsOf({})).isFaster;
  expect(isFaster([1, 7, 7, 512], [3, 3, 512, 512])).toBe(false);
  expect(isFaster([1, 14, 14, 512], [3, 3, 512, 512])).toBe(true);
  expect(isFaster([1, 5, 5, 4], [3, 3, 4, 4])).toBe(true);
});

test('nothing to compute is no plan', () => {
  expect(forwardPlan([0, 5, 5, 4], [3, 3, 4, 4], attrsOf({})).run).toBeUndefined();
});
