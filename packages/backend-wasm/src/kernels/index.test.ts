import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu } from './compare-with-cpu.fixture.ts';
import { fallbackReasons } from './fallback-kernels.ts';
import { kernels } from './index.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 1 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

const dtypes = ['float32', 'int32', 'bool'] as const;
type Dtype = (typeof dtypes)[number];

/** Numbers that a dtype holds: floats with a fraction and special values, integers with 0 and both signs, bools. */
const samples: Readonly<Record<Dtype, readonly number[]>> = {
  float32: [1.5, -2.5, 0, NaN, Infinity, -Infinity, 1e-30, -1e-30, 3, 8],
  int32: [3, -2, 0, 1, 7, -1, 2, 5, 0, 8],
  bool: [1, 0, 1, 1, 0, 0, 0, 1, 1, 0],
};

describe('the list', () => {
  test('names each kernel once', () => {
    const names = kernels.map(({ kernelName }) => kernelName);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(new Set(kernels.map(({ backendName }) => backendName))).toEqual(new Set(['wasm']));
  });

  test('leaves no kernel of the cpu backend out', () => {
    const missing = tf.getKernelsForBackend('cpu').filter(({ kernelName }) => !tf.getKernel(kernelName, 'wasm'));
    expect(missing.map(({ kernelName }) => kernelName)).toEqual([]);
  });

  test('gives every fallback its reason', () => {
    for (const reason of Object.values(fallbackReasons)) expect(reason).toMatch(/^missing in stock$|^wrong in stock: /);
  });
});

const unary =
  'Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Elu Erf Exp Expm1 Floor IsFinite IsInf IsNan Log Log1p Neg OnesLike Reciprocal Relu ' +
  'Relu6 Round Rsqrt Selu Sigmoid Sign Sin Sinh Softplus Sqrt Square Tan Tanh ZerosLike';

describe.each(dtypes)('%s', (dtype) => {
  const x = { shape: [10], dtype, values: samples[dtype] };
  const pairs = { a: { shape: [2, 5], dtype, values: samples[dtype] }, b: { shape: [5], dtype, values: samples[dtype].slice(0, 5) } };

  test.each(unary.split(' '))('%s', (name) => compareWithCpu(name, { x }, {}, 1e-5));

  test.each('Add Sub Multiply Maximum Minimum SquaredDifference Atan2 Mod Pow FloorDiv Equal NotEqual Less LessEqual Greater'.split(' '))(
    '%s',
    (name) => compareWithCpu(name, pairs, {}, 1e-5),
  );

  test('RealDiv', () => compareWithCpu('RealDiv', pairs));

  test.each(['Max', 'Mean', 'Min', 'Prod', 'Sum'])('%s, and of nothing', (name) => {
    for (const [shape, axes] of [
      [[10], [0]],
      [[2, 5], [0]],
      [[2, 5], [1]],
      [[0, 3], [0]],
      [[3, 0], [1]],
    ] as const) {
      // prettier-ignore
      const input = { shape: [...shape], dtype, values: samples[dtype].slice(0, tf.util.sizeFromShape([...shape])) };
      compareWithCpu(
        name,
        { x: input },
        name === 'Max' ? { reductionIndices: [...axes], keepDims: false } : { axis: [...axes], keepDims: false },
      );
    }
  });

  test('Step, LeakyRelu, EluGrad, ClipByValue', () => {
    compareWithCpu('Step', { x }, { alpha: 0.5 });
    compareWithCpu('LeakyRelu', { x }, { alpha: 0.5 });
    compareWithCpu('EluGrad', { dy: x, y: x });
    compareWithCpu('ClipByValue', { x }, { clipValueMin: -1, clipValueMax: 2 });
  });

  test('Cast to every dtype', () => {
    for (const target of dtypes) compareWithCpu('Cast', { x }, { dtype: target });
  });

  test('movement', () => {
    const matrix = { shape: [2, 5], dtype, values: samples[dtype] };
    compareWithCpu('PadV2', { x: matrix }, { paddings: [[1, 0], [0, 2]], constantValue: 1 }); // prettier-ignore
    compareWithCpu('Reverse', { x: matrix }, { dims: [1] });
    compareWithCpu('Tile', { x: matrix }, { reps: [2, 1] });
    compareWithCpu('Transpose', { x: matrix }, { perm: [1, 0] });
    compareWithCpu(
      'DepthToSpace',
      { x: { shape: [1, 1, 2, 4], dtype, values: samples[dtype].slice(0, 8) } },
      { blockSize: 2, dataFormat: 'NHWC' },
    );
    compareWithCpu('GatherV2', { x: { shape: [0, 3], dtype }, indices: { shape: [0], dtype: 'int32' } }, { axis: 0, batchDims: 0 });
    compareWithCpu('ResizeNearestNeighbor', { images: { shape: [1, 2, 5, 1], dtype, values: samples[dtype] } }, { size: [4, 3], alignCorners: false, halfPixelCenters: false }); // prettier-ignore
  });

  test('OneHot of this dtype', () => {
    const indices = { shape: [4], dtype: 'int32' as const, values: [0, 1, -1, 5] };
    compareWithCpu('OneHot', { indices }, { depth: 3, onValue: 1, offValue: 0, dtype });
  });

  test('Bincount over a matrix', () => {
    const indices = { shape: [2, 2], dtype: 'int32' as const, values: [1, 1, 3, 9] };
    compareWithCpu('Bincount', { x: indices, weights: { shape: [0], dtype } }, { size: 4 });
    compareWithCpu('Bincount', { x: indices, weights: { shape: [2, 2], dtype, values: [1, 0, 1, 1] } }, { size: 4 });
  });

  test('SparseToDense, GatherNd, ScatterNd, TensorScatterUpdate', () => {
    const rows = { shape: [2, 1], dtype: 'int32' as const, values: [2, 0] };
    const updates = { shape: [2, 2], dtype, values: [1, 0, 1, 1] };
    const table = { shape: [3, 2], dtype, values: [1, 0, 0, 1, 1, 1] };
    compareWithCpu('GatherNd', { params: table, indices: rows });
    compareWithCpu('ScatterNd', { indices: rows, updates }, { shape: [3, 2] });
    compareWithCpu('TensorScatterUpdate', { tensor: table, indices: rows, updates });
    const value = { shape: [2], dtype, values: [1, 1] };
    compareWithCpu('SparseToDense', { sparseIndices: { ...rows, shape: [2], values: [2, 0] }, sparseValues: value, defaultValue: { shape: [], dtype, values: [0] } }, { outputShape: [3] }); // prettier-ignore
  });
});

test('pooling that must find negative maxima', () => {
  const x = { shape: [1, 3, 3, 3, 2], values: Array.from({ length: 54 }, (_, i) => -1 - (i % 5)) };
  compareWithCpu('MaxPool3D', { x }, { filterSize: 2, strides: 1, pad: 'valid', dataFormat: 'NDHWC' });
  tf.tidy(() => {
    const { result, indexes } = tf.maxPoolWithArgmax(tf.tensor4d([-4, -2, -3, -5], [1, 2, 2, 1]), 2, 1, 'valid');
    expect([...result!.dataSync(), ...indexes!.dataSync()]).toEqual([-2, 1]);
  });
});

test('an index out of bounds is an error, and no memory is touched', () => {
  tf.tidy(() => {
    const outside = tf.tensor2d([[0], [9]], [2, 1], 'int32');
    expect(() => tf.gatherND(tf.zeros([4, 2]), outside)).toThrow('Invalid indices');
    expect(() => tf.scatterND(outside, tf.zeros([2, 2]), [4, 2])).toThrow('Invalid indices');
    expect(() => tf.sparseToDense(tf.tensor1d([9], 'int32'), tf.tensor1d([1]), [4], 0)).toThrow('Invalid indices');
  });
});

test('strings', () => {
  tf.tidy(() => {
    const x = tf.tensor1d(['a', 'b']);
    expect(tf.tile(x, [2]).dataSync()).toEqual(['a', 'b', 'a', 'b']);
    expect(tf.fill([2], 'é').dataSync()).toEqual(['é', 'é']);
    expect(tf.clone(x).dataSync()).toEqual(['a', 'b']);
    expect(tf.stack([x, x]).dataSync()).toEqual(['a', 'b', 'a', 'b']);
    expect([...tf.greater(x, 'a').dataSync()]).toEqual([0, 1]);
    expect(tf.sparseToDense(tf.tensor1d([1], 'int32'), tf.tensor1d(['x']), [2], tf.scalar('-') as never).dataSync()).toEqual(['-', 'x']);
  });
});

test('a clone shares its data until both are gone', () => {
  const x = tf.tensor1d([1, 2]);
  const before = tf.backend().numDataIds();
  const y = tf.clone(x);
  expect(tf.backend().numDataIds()).toBe(before);
  x.dispose();
  expect([...y.dataSync()]).toEqual([1, 2]);
  y.dispose();
  expect(tf.backend().numDataIds()).toBe(before - 1);
});
