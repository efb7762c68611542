import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 1 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

const explicit = [
  [0, 0],
  [1, 2],
  [0, 1],
  [0, 0],
];

/** Padding, rounding, strides: every way in which XNNPACK could size an output differently. */
const cases = ['valid', 'same', 0, 1, 2, explicit].flatMap((pad) =>
  [1, 2, [2, 1], 3].flatMap((strides) =>
    [undefined, 'floor', 'round', 'ceil']
      .filter((dimRoundingMode) => dimRoundingMode === undefined || typeof pad === 'number')
      .map((dimRoundingMode) => ({ pad, strides, dimRoundingMode })),
  ),
) as { pad: number; strides: number; dimRoundingMode: string }[];

const label = 'pad $pad, strides $strides, rounding $dimRoundingMode';
const x = { shape: [2, 5, 6, 3] };

test.each(cases)(`Conv2D and DepthwiseConv2dNative: ${label}`, (attrs) => {
  for (const size of [1, 2, 3]) {
    const nhwc = { ...attrs, dataFormat: 'NHWC', dilations: 1 };
    compareWithCpu('Conv2D', { x, filter: { shape: [size, size, 3, 4] } }, nhwc, 1e-5);
    compareWithCpu('DepthwiseConv2dNative', { x, filter: { shape: [size, size, 3, 2] } }, nhwc, 1e-5);
    const bias = { shape: [4] };
    compareWithCpu(
      'FusedConv2D',
      { x, filter: { shape: [size, size, 3, 4] }, bias },
      { ...nhwc, activation: 'relu', leakyreluAlpha: 0 },
      1e-5,
    );
  }
});

test.each(cases)(`MaxPool and AvgPool: ${label}`, (attrs) => {
  for (const filterSize of [1, 2, 3]) {
    compareWithCpu('MaxPool', { x }, { ...attrs, filterSize });
    // A window that lies in the padding alone averages nothing: NaN on cpu, another number on wasm.
    if (attrs.pad < filterSize || typeof attrs.pad === 'string') {
      compareWithCpu('AvgPool', { x: { shape: x.shape, values: Array.from({ length: 180 }, (_, i) => i) } }, { ...attrs, filterSize });
    }
  }
});

test('NCHW by hand', () => {
  // Two channels of a 1 x 2 image, [1, 2] and [10, 20]; the 1 x 1 filter adds the first to twice the second.
  tf.tidy(() => {
    const image = tf.tensor4d([1, 2, 10, 20], [1, 2, 1, 2]);
    const filter = tf.tensor4d([1, 2], [1, 1, 2, 1]);
    const output = tf.conv2d(image, filter, 1, 'valid', 'NCHW');
    expect(output.shape).toEqual([1, 1, 1, 2]);
    expect([...output.dataSync()]).toEqual([21, 42]);
  });
});

test('NCHW with explicit padding', () => {
  const pad = [[0, 0], [0, 0], [1, 2], [0, 1]]; // prettier-ignore
  compareWithCpu(
    'Conv2D',
    { x: { shape: [2, 3, 5, 6] }, filter: { shape: [3, 2, 3, 4] } },
    { strides: 1, pad, dataFormat: 'NCHW', dilations: 1 },
    1e-5,
  );
});

test('int32 images', () => {
  const image = { shape: [1, 3, 3, 2], dtype: 'int32' as const, values: Array.from({ length: 18 }, (_, i) => i - 9) };
  const filter = { shape: [2, 2, 2, 1] };
  compareWithCpu('Conv2D', { x: image, filter }, { strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: 1 });
  compareWithCpu('MaxPool', { x: image }, { filterSize: 2, strides: 1, pad: 'valid' });
});

test.each(['linear', 'relu', 'relu6', 'elu', 'leakyrelu', 'sigmoid'])('fused %s with every kind of bias', (activation) => {
  for (const [dataFormat, shape] of [
    ['NHWC', x.shape],
    ['NCHW', [2, 3, 5, 6]],
  ] as const) {
    // prettier-ignore
    const attrs = { strides: 1, pad: 'same', dataFormat, dilations: 1, activation, leakyreluAlpha: 0.3 };
    const filter = { shape: [3, 3, 3, 4] };
    compareWithCpu('FusedConv2D', { x: { shape: [...shape] }, filter }, attrs, 1e-5);
    for (const bias of [[], [1], [4]])
      compareWithCpu('FusedConv2D', { x: { shape: [...shape] }, filter, bias: { shape: bias } }, attrs, 1e-5);
  }
  const attrs = { strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: 1, activation, leakyreluAlpha: 0.3 };
  for (const bias of [[], [1], [3], [5, 6, 3]]) {
    compareWithCpu('FusedDepthwiseConv2D', { x, filter: { shape: [3, 3, 3, 1] }, bias: { shape: bias } }, attrs, 1e-5);
  }
});

test.each([[[1]], [[4]], [[6, 4]], [[6, 1]], [[5, 1, 1]], [[5, 6, 4]]])('prelu weights of shape %j, fused and alone', (weights) => {
  const attrs = { strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: 1, activation: 'prelu', leakyreluAlpha: 0 };
  compareWithCpu('FusedConv2D', { x, filter: { shape: [3, 3, 3, 4] }, preluActivationWeights: { shape: weights } }, attrs, 1e-5);
  compareWithCpu('Prelu', { x: { shape: [2, 5, 6, 4] }, alpha: { shape: weights } });
});

test('a bias that was stored under another shape', () => {
  tf.tidy(() => {
    const bias = tf.reshape(tf.tensor4d([1, 2], [1, 1, 1, 2]), [2]) as tf.Tensor1D;
    const output = tf.fused.conv2d({
      x: tf.zeros([1, 1, 1, 1]) as tf.Tensor4D,
      filter: tf.zeros([1, 1, 1, 2]),
      strides: 1,
      pad: 'valid',
      bias,
    });
    expect([...output.dataSync()]).toEqual([1, 2]);
  });
});
