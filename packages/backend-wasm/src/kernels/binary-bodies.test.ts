import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wasmHost } from '../host.ts';
import { wasm } from '../wasm.ts';
import { binaryBodies, broadcastModule } from './binary-bodies.ts';
import { compareWithCpu, testValues } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

/** Equal shapes, scalars, vectors over rows, columns over rows, both repeated, over many axes; in one part and in many. */
const shapes: readonly (readonly [a: number[], b: number[]])[] = [
  [[], []],
  [[1], [5]],
  [[37], [37]],
  [[37], []],
  [[], [37]],
  [[5, 7], [7]],
  [[7], [5, 7]],
  [[300, 3], [3]],
  [[15], [41, 15]],
  [
    [5, 7],
    [5, 1],
  ],
  [
    [5, 1],
    [5, 7],
  ],
  [
    [3, 1],
    [1, 9],
  ],
  [
    [4, 5, 17],
    [4, 1, 17],
  ],
  [
    [2, 1, 3, 1],
    [1, 4, 1, 5],
  ],
  [
    [2, 1, 3, 1, 2],
    [1, 4, 1, 5, 1],
  ],
  [[150_001], [150_001]],
  [[3, 70_001], [70_001]],
  [[70_001, 3], [3]],
  [
    [20_011, 10],
    [20_011, 1],
  ],
  [
    [5, 300, 131],
    [5, 1, 131],
  ],
  [
    [4, 1, 40, 1],
    [1, 16, 1, 60],
  ],
];

/** Larger tensors are cut into parts, which is alike for all functions: one of each kind is tried. */
const MANY = 50_000;
const cutAlike: ReadonlySet<string> = new Set(['LessEqual', 'LogicalAnd', 'Sub']);

const inputsOf = (name: string, a: object, b: object) => (name === 'Prelu' ? { x: a, alpha: b } : { a, b });

/** `EluGrad` does not broadcast, and tfjs' cpu backend has no `LogicalXor`: they have tests of their own. */
const likeCpu = [...binaryBodies.keys()].filter((name) => !['EluGrad', 'LogicalXor'].includes(name));

const dtypesOf = (name: string): readonly ('float32' | 'int32' | 'bool')[] => {
  if (name.startsWith('Logical')) return ['bool'];
  return name.startsWith('Bitwise') ? ['int32'] : ['float32', 'int32'];
};

describe.each(likeCpu)('%s', (name) => {
  const dtypes = dtypesOf(name);

  test.each(dtypes)('of %s as it broadcasts', (dtype) => {
    for (const [index, [a, b]] of shapes.entries()) {
      if (tf.util.sizeFromShape(tf.backend_util.assertAndGetBroadcastShape(a, b)) > MANY && !cutAlike.has(name)) continue;
      // Few different numbers, so that some are equal.
      const input = (shape: number[], seed: number) => {
        const values = [...testValues(tf.util.sizeFromShape(shape), seed)];
        const whole = (value: number) => Math.round(value * 4) || (name === 'RealDiv' ? 3 : 0);
        return { shape, dtype, values: dtype === 'bool' ? values.map((value) => Number(value > 0)) : values.map(whole) };
      };
      compareWithCpu(name, inputsOf(name, input(a, index), input(b, index + 100)) as never, {}, 1e-6);
    }
  });

  test('of nothing', () => {
    const dtype = dtypes[0]!;
    compareWithCpu(name, inputsOf(name, { shape: [0, 3], dtype }, { shape: [3], dtype }) as never);
  });
});

test('special values', () => {
  const special = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 1e-40, 3.4e38];
  const a = { shape: [special.length, 1], values: special };
  const b = { shape: [special.length], values: special };
  const pairs = { shape: [special.length, special.length], values: special.flatMap((value) => special.map(() => value)) };
  for (const name of likeCpu) {
    if (!dtypesOf(name).includes('float32')) continue;
    compareWithCpu(name, inputsOf(name, a, b) as never, {}, 1e-6);
    compareWithCpu(name, inputsOf(name, pairs, b) as never, {}, 1e-6);
  }
  const zeros = tf.tidy(() => tf.maximum(tf.tensor1d([-0, 0, -0]), tf.tensor1d([0, -0, -0])).dataSync());
  expect([...zeros].map((value) => Object.is(value, 0))).toEqual([true, true, false]);
});

test('EluGrad', () => {
  for (const size of [0, 1, 5, 37, 1003]) compareWithCpu('EluGrad', { dy: { shape: [size] }, y: { shape: [size] } }, {}, 1e-6);
  const y = [NaN, Infinity, 0, -0, -1, -0.5, 1e-40, -1e-40];
  compareWithCpu('EluGrad', { dy: { shape: [8], values: y.map(() => 3) }, y: { shape: [8], values: y } }, {}, 0);
});

test('LogicalXor', () => {
  tf.tidy(() => {
    const bits = Array.from({ length: 37 }, (_, i) => (i >> 1) % 2);
    const a = tf.tensor2d([...bits, ...bits.map((bit) => 1 - bit)], [2, 37], 'bool');
    const b = tf.tensor1d(
      bits.map((_, i) => i % 2),
      'bool',
    );
    const result = tf.engine().runKernel('LogicalXor', { a, b }) as tf.Tensor;
    expect(result.dtype).toBe('bool');
    // Of bits 0011 and 0101 in turn.
    const expected = bits.map((_, i) => [0, 1, 1, 0][i % 4]);
    expect([...result.dataSync()]).toEqual([...expected, ...expected.map((bit) => 1 - bit!)]);
  });
});

test('a result may lie where an operand was, whatever is left of a row', () => {
  const host = wasmHost(tf.backend());
  for (const size of [3, 4, 5, 7, 17, 18, 19, 35]) {
    const pointer = host.alloc(4 * size);
    const values = Float32Array.from({ length: size }, (_, i) => i);
    host.write(pointer, values);
    broadcastModule(host).parallel('add', 1, [pointer, pointer, pointer, size, size, 1, 1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0]);
    expect(host.floats().slice(pointer >>> 2, (pointer >>> 2) + size)).toEqual(values.map((value) => 2 * value));
    host.free(pointer);
  }
});

/** Pairs of numbers of many sizes, the same in every run. */
function pairs(size: number, bits: number): readonly [Float32Array, Float32Array] {
  const drawn = testValues(4 * size, 7);
  const number = (i: number): number => Math.fround(drawn[2 * i]! * 2 ** (bits * drawn[2 * i + 1]!));
  return [Float32Array.from({ length: size }, (_, i) => number(2 * i)), Float32Array.from({ length: size }, (_, i) => number(2 * i + 1))];
}

/** The greatest error of a kernel in units in the last place. */
function worstError(name: string, exact: (a: number, b: number) => number, a: Float32Array, b: Float32Array): number {
  const y = tf.tidy(() =>
    tf
      .engine()
      .runKernel<tf.Tensor>(name, { a: tf.tensor1d(a), b: tf.tensor1d(b) })
      .dataSync(),
  );
  let worst = 0;
  a.forEach((value, i) => {
    const wanted = exact(value, b[i]!);
    const rounded = Math.fround(wanted);
    if (Number.isFinite(rounded) && rounded !== 0 && Number.isFinite(y[i])) {
      const spacing = 2 ** Math.max(-149, Math.floor(Math.log2(Math.abs(wanted))) - 23);
      worst = Math.max(worst, Math.abs(y[i]! - wanted) / spacing);
    } else expect([name, value, b[i], y[i]]).toEqual([name, value, b[i], rounded]);
  });
  return worst;
}

/** As tfjs' cpu backend has it. */
function modulo(a: number, b: number): number {
  const rest = a % b;
  return (a < 0 && b < 0) || (a >= 0 && b >= 0) ? rest : (rest + b) % b;
}

test('powers err by 0.51 units in the last place', () => {
  const size = 100_000;
  const [a, b] = pairs(size, 20);
  const positive = a.map(Math.abs);
  expect(worstError('Pow', Math.pow, positive, b)).toBeLessThan(0.51);
  // Near 1, where the exponent magnifies the error of the logarithm.
  const near = Float32Array.from({ length: size }, (_, i) => 1 + a[i]! / 2 ** 20);
  expect(
    worstError(
      'Pow',
      Math.pow,
      near,
      b.map((value) => value * 1000),
    ),
  ).toBeLessThan(0.51);
  // Of all sizes, and whole exponents of negative numbers.
  const [bases] = pairs(size, 120);
  expect(
    worstError(
      'Pow',
      Math.pow,
      bases,
      b.map((value) => Math.round(value)),
    ),
  ).toBeLessThan(0.51);
});

test('angles err by 2 units in the last place, with fused multiply-adds and without', async () => {
  for (const deterministic of [true, false]) {
    await dispose();
    const backend = await selectBackend([wasm({ threads: 2, deterministic })]);
    dispose = () => backend.dispose();
    for (const bits of [3, 20, 120]) expect(worstError('Atan2', Math.atan2, ...pairs(50_000, bits))).toBeLessThan(2);
  }
});

test('remainders and quotients are exact', () => {
  for (const bits of [3, 20, 120]) {
    const [a, b] = pairs(30_000, bits);
    expect(worstError('Mod', modulo, a, b)).toBeLessThanOrEqual(0.5);
    const multiples = a.map((value, i) => Math.fround(Math.round(value) * b[i]!));
    expect(worstError('Mod', modulo, multiples, b)).toBeLessThanOrEqual(0.5);
    for (const dividend of [a, multiples]) {
      const floors = tf.tidy(() => tf.floorDiv(tf.tensor1d(dividend), tf.tensor1d(b)).dataSync());
      expect(floors).toEqual(Int32Array.from(dividend, (value, i) => Math.floor(value / b[i]!)));
    }
  }
});

test('every special pair of long functions, down to the sign of zeros', () => {
  const special = [
    NaN,
    Infinity,
    -Infinity,
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    2,
    -2,
    3,
    -3,
    2.5,
    1e-40,
    -1e-40,
    3.4e38,
    -3.4e38,
    16_777_217,
    2 ** 31,
  ];
  const a = special.flatMap((value) => special.map(() => value));
  const b = special.flatMap(() => special);
  const functions = { Atan2: Math.atan2, Mod: modulo, Pow: Math.pow };
  for (const [name, exact] of Object.entries(functions)) {
    const y = tf.tidy(() =>
      tf
        .engine()
        .runKernel<tf.Tensor>(name, { a: tf.tensor1d(a), b: tf.tensor1d(b) })
        .dataSync(),
    );
    a.forEach((value, i) => {
      const [x, z] = [Math.fround(value), Math.fround(b[i]!)];
      const wanted = Math.fround(exact(x, z));
      const isNear = Math.abs(y[i]! - wanted) <= 4e-7 * Math.abs(wanted) && y[i] !== 0;
      if (!Object.is(y[i], wanted) && !isNear) expect([name, x, z, y[i]]).toEqual([name, x, z, wanted]);
    });
  }
});

test('quotients and remainders of integers', () => {
  const values = [0, 1, -1, 2, -2, 3, 7, -7, 2 ** 31 - 1, -(2 ** 31), 65_537];
  const a = { shape: [11, 1], dtype: 'int32', values } as const;
  const b = { shape: [11], dtype: 'int32', values } as const;
  for (const name of ['FloorDiv', 'Mod']) compareWithCpu(name, { a: { ...a, shape: [11, 1] }, b: { ...b, shape: [11] } }, {}, 0);
  const product = tf.tidy(() => tf.mul(tf.scalar(0x7fffffff, 'int32'), tf.scalar(0x7ffffff1, 'int32')).dataSync());
  expect([...product]).toEqual([Math.imul(0x7fffffff, 0x7ffffff1)]);
});

test('integers next to the largest', () => {
  const values = [2 ** 31 - 1, -(2 ** 31), 2 ** 24 + 1, 2 ** 24, -1];
  const x = { shape: [5], dtype: 'int32', values } as const;
  const y = { shape: [5], dtype: 'int32', values: values.toReversed() } as const;
  for (const name of ['Add', 'Sub', 'Maximum', 'Minimum', 'Less', 'Equal', 'GreaterEqual', 'NotEqual', 'BitwiseAnd'])
    compareWithCpu(name, { a: { ...x, shape: [5] }, b: { ...y, shape: [5] } }, {}, 0);
});

test('the thread count does not show in the bits', async () => {
  const run = () =>
    tf.tidy(() => {
      const x = tf.tensor2d(testValues(300_000, 1), [1000, 300]);
      const y = tf.tensor1d(testValues(300, 2));
      return [tf.div(x, y), tf.squaredDifference(y, x), tf.less(x, y)].map((result) => result.dataSync());
    });
  const two = run();
  await dispose();
  const one = await selectBackend([wasm({ threads: 1 })]);
  dispose = () => one.dispose();
  expect(run()).toEqual(two);
});
