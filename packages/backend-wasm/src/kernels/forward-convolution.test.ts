import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasmHost } from '../host.ts';
import { wasm } from '../wasm.ts';
import { compareWithCpu } from './compare-with-cpu.fixture.ts';
import { convolutionInfo } from './convolution-attrs.ts';
import { forwardConvolution, isForwardConvolutionFaster } from './forward-convolution.ts';

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

/** Each is large enough for our own kernel. */
const cases: [name: string, x: number[], filter: number[], geometry: Geometry][] = [
  ['short sums: patches', [9, 23, 19, 1], [3, 3, 1, 33], {}],
  ['patches with dilations that do not touch', [9, 33, 34, 3], [3, 2, 3, 37], { dilations: [2, 3], strides: [1, 2] }],
  ['patches under a wide border', [4, 40, 40, 1], [5, 5, 1, 35], { pad: 4 }],
  ['runs of pixels', [2, 19, 17, 7], [3, 5, 7, 13], {}],
  ['runs with strides and explicit padding', [2, 19, 17, 9], [3, 3, 9, 21], { strides: [1, 2], pad: [[0, 0], [1, 2], [0, 3], [0, 0]] }],
  ['runs at a border that is wider than they are', [7, 9, 9, 8], [3, 3, 8, 31], { pad: 5 }],
  ['taps', [2, 11, 9, 18], [3, 3, 18, 20], {}],
  ['taps with dilations', [1, 21, 19, 12], [3, 2, 12, 20], { dilations: [3, 2], pad: 'valid' }],
  ['blocks of taps', [2, 11, 9, 70], [3, 3, 70, 9], { strides: [2, 1] }],
  ['blocks within a tap', [1, 7, 7, 650], [2, 1, 650, 10], {}],
  ['1x1 as a product', [2, 11, 9, 70], [1, 1, 70, 30], {}],
  ['1x1 with strides', [2, 21, 19, 70], [1, 1, 70, 30], { strides: [2, 2] }],
  ['1x1 with padding', [2, 11, 9, 70], [1, 1, 70, 30], { pad: 1 }],
  ['one output channel', [4, 33, 31, 32], [3, 3, 32, 1], {}],
]; // prettier-ignore

test.each(cases)('%s', (_, x, filter, geometry) => {
  const attrs = attrsOf(geometry);
  expect(isForwardConvolutionFaster(convolutionInfo(x, filter, attrs))).toBe(true);
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
      const info = convolutionInfo(x, filter, attrsOf(geometry));
      const run = () => {
        const { dataId } = forwardConvolution(tf.backend() as never, image, weights, info);
        const host = wasmHost(tf.backend());
        const start = host.pointer(dataId) >>> 2;
        const values = host.floats().slice(start, start + tf.util.sizeFromShape(info.outShape));
        tf.backend().disposeData(dataId);
        return values;
      };
      const first = run();
      for (let i = 0; i < 3; i++) expect(run()).toEqual(first);
    });
  }
});

test('few points, few products and short sums are left to stock', () => {
  const isFaster = (x: number[], filter: number[]) => isForwardConvolutionFaster(convolutionInfo(x, filter, attrsOf({})));
  expect(isFaster([1, 7, 7, 512], [3, 3, 512, 512])).toBe(false);
  expect(isFaster([1, 14, 14, 512], [3, 3, 512, 512])).toBe(true);
  expect(isFaster([1, 5, 5, 4], [3, 3, 4, 4])).toBe(false);
  expect(isFaster([32, 28, 28, 1], [3, 3, 1, 16])).toBe(false);
  expect(isFaster([32, 28, 28, 1], [3, 3, 1, 32])).toBe(true);
});
