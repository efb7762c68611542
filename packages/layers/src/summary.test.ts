import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { shapeOf, type Layer, type ShapeTree } from '@kumiko/core';
import { frozen } from './combinators/frozen.ts';
import { named } from './combinators/named.ts';
import { residual } from './combinators/residual.ts';
import { shared } from './combinators/shared.ts';
import { spectralNorm } from './combinators/spectral-norm.ts';
import { weightNorm } from './combinators/weight-norm.ts';
import { conv1d } from './convolution/conv1d.ts';
import { conv2dTranspose } from './convolution/conv2d-transpose.ts';
import { conv2d } from './convolution/conv2d.ts';
import { depthwiseConv2d } from './convolution/depthwise-conv2d.ts';
import { separableConv2d } from './convolution/separable-conv2d.ts';
import { dense } from './dense.ts';
import { einsumDense } from './einsum-dense.ts';
import { flattenFeatures } from './flatten-features.ts';
import { multiHeadAttention } from './multi-head-attention.ts';
import { patchEmbedding } from './patch-embedding.ts';
import { maxPool2d } from './pooling/max-pool2d.ts';
import { sequential } from './sequential.ts';
import { summaryRows } from './summary-rows.ts';
import { summary } from './summary.ts';
import { transformerBlock } from './transformer-block.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('prints a row a layer and the total', () => {
  const before = tf.memory().numTensors;
  const features = sequential([conv2d({ filters: 32, kernelSize: 3 }), maxPool2d()], { name: 'features' });
  // 3*3*1*32 + 32 = 320; 13*13*32 = 5408; 5408*10 + 10 = 54,090. FLOPs: 2 * 26*26*32 * 9 and 2 * 5408 * 10.
  // Bytes: 4 * (784 + 320 + 21,632), 4 * (21,632 + 5408), 4 * (2 * 5408), 4 * (5408 + 54,090 + 10).
  expect(summary(sequential([features, flattenFeatures(), dense({ units: 10 })]), shapeOf([1, 28, 28, 1]))).toBe(
    [
      'layer               output        parameters    FLOPs    bytes',
      'features/conv2d     [1,26,26,32]         320  389,376   90,944',
      'features/maxPool2d  [1,13,13,32]           0        0  108,160',
      'flatten             [1,5408]               0        0   43,264',
      'dense               [1,10]            54,090  108,160  238,032',
      'total                                 54,410  497,536  480,400',
    ].join('\n'),
  );
  expect(tf.memory().numTensors).toBe(before);
});

test('describes a single layer, and counts state apart', () => {
  const layer: Layer = {
    name: 'average',
    init: (_key, input) => ({ params: {}, state: { mean: tf.zeros([3]) }, output: input }),
    apply: ({ state }, x) => [x, { state }],
  };
  expect(summary(layer, shapeOf([2, 3])).split('\n')).toEqual([
    'layer    output  parameters  FLOPs  bytes',
    'average  [2,3]            0      0     60',
    'total                     0      0     60',
    'state                     3',
  ]);
});

test('counts what is shared once, what it costs at every call, and lets composites tell their parts', () => {
  const block = shared('block', dense({ units: 3 }));
  const rows = summaryRows(sequential([block, residual(block), block]), shapeOf([2, 3]));
  expect(rows.map(({ name, params, flops }) => [name, params, flops])).toEqual([
    ['block', 12, 36],
    ['residual/body', 12, 36],
    ['residual/shortcut', 0, 0],
    ['block', 0, 36],
  ]);
});

test('sees through layers around layers', () => {
  const inner = sequential([dense({ units: 3 }), dense({ units: 1 })]);
  // 2 * (2*3 + 3*1) multiplications and additions of 13 frozen numbers.
  expect(summaryRows(frozen(inner), shapeOf([1, 2]))).toMatchObject([{ name: 'sequential', params: 0, state: 13, flops: 18 }]);
  expect(summaryRows(weightNorm(dense({ units: 3 })), shapeOf([1, 2]))).toMatchObject([{ params: 12, flops: 12 }]);
  expect(summaryRows(spectralNorm(dense({ units: 3 })), shapeOf([1, 2]))).toMatchObject([{ params: 9, state: 5, flops: 12 }]);
  expect(summaryRows(named('head', inner), shapeOf([1, 2])).map(({ name }) => name)).toEqual(['dense', 'dense_1']);
});

/** FLOPs by hand: two for each multiplication. */
test.each<[string, Layer, number[], number]>([
  ['conv1d', conv1d({ filters: 4, kernelSize: 3, groups: 2 }), [2, 7, 6], 2 * (2 * 5 * 4) * (3 * 3)],
  ['conv2d, stride 2', conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }), [1, 8, 8, 3], 2 * (4 * 4 * 4) * 27],
  ['depthwise', depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }), [1, 6, 6, 3], 2 * (4 * 4 * 6) * 9],
  ['separable', separableConv2d({ filters: 5, kernelSize: 3 }), [1, 6, 6, 3], 2 * (4 * 4 * 3) * 9 + 2 * (4 * 4 * 5) * 3],
  ['transposed', conv2dTranspose({ filters: 5, kernelSize: 2, strides: 2 }), [1, 4, 4, 3], 2 * (4 * 4 * 3) * (4 * 5)],
  ['einsumDense', einsumDense({ equation: 'abc,cde->abde', outputShape: [3, 2, 5] }), [2, 3, 4], 2 * (2 * 3 * 2 * 5) * 4],
])('%s: FLOPs', (_name, layer, shape, flops) => {
  expect(summaryRows(layer, shapeOf(shape))[0]?.flops).toBe(flops);
});

test('counts attention: projections, scores and what is found by them', () => {
  const row = (layer: Layer, input: ShapeTree) => summaryRows(layer, input)[0]?.flops;
  const stream = shapeOf([2, 5, 8]);
  // 2 sequences of 5: four projections of 8 x 8 at 5 positions; 25 products of 8 numbers, twice. 2 * 2 * (4 * 5 * 64 + 2 * 25 * 8).
  expect(row(multiHeadAttention({ numHeads: 2 }) as Layer, stream)).toBe(2 * 2 * (1280 + 400));
  // One head of keys and values: kernels of 8 x 4. Scores are as many.
  expect(row(multiHeadAttention({ numHeads: 2, numKeyValueHeads: 1 }) as Layer, stream)).toBe(2 * 2 * (5 * (64 + 32 + 32 + 64) + 400));
  // Heads of 3 numbers: kernels of 8 x 6.
  expect(row(multiHeadAttention({ numHeads: 2, headSize: 3 }) as Layer, stream)).toBe(2 * 2 * (4 * 5 * 48 + 2 * 25 * 6));
  // Keys elsewhere: 3 of them, of 6 features.
  const cross = { query: stream, key: shapeOf([2, 3, 6]) };
  expect(row(multiHeadAttention({ numHeads: 2 }) as Layer, cross)).toBe(2 * 2 * (2 * 5 * 64 + 2 * 3 * 48 + 2 * 15 * 8));
  // A block: attention and 8 x 32 x 8 at 5 positions.
  expect(row(transformerBlock({ numHeads: 2 }) as Layer, stream)).toBe(2 * 2 * (1280 + 400 + 5 * 512));
  expect(row(transformerBlock({ numHeads: 2, crossAttention: true }) as Layer, { x: stream, context: cross.key })).toBe(
    2 * 2 * (1280 + 400 + 5 * 512 + 2 * 5 * 64 + 2 * 3 * 48 + 2 * 15 * 8),
  );
  // 2 x 3 patches of 4 x 4 x 3 numbers.
  expect(row(patchEmbedding({ patchSize: 4, units: 7 }) as Layer, shapeOf([1, 8, 12, 3]))).toBe(2 * 6 * 48 * 7);
});
