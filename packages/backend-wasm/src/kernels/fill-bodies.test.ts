import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

describe.each([0, 1, 7, 4096, 4097, 500_003])('%s elements', (size) => {
  test('Fill', () => {
    for (const dtype of ['float32', 'int32', 'bool'] as const)
      for (const value of [0, 1]) compareWithCpu('Fill', {}, { shape: [size], value, dtype }, 0);
    for (const value of [-1.5, NaN, Infinity, 1e30]) compareWithCpu('Fill', {}, { shape: [size], value, dtype: 'float32' }, 0);
    for (const value of [-7, 2 ** 31 - 1]) compareWithCpu('Fill', {}, { shape: [size], value, dtype: 'int32' }, 0);
  });

  test('ZerosLike, OnesLike', () => {
    for (const name of ['ZerosLike', 'OnesLike'])
      for (const dtype of ['float32', 'int32', 'bool'] as const) compareWithCpu(name, { x: { shape: [size], dtype } }, {}, 0);
  });

  test('OneHot', () => {
    if (size > 5000) return;
    const values = Array.from({ length: size }, (_, i) => (i % 41) - 3);
    for (const dtype of ['float32', 'int32'] as const)
      compareWithCpu('OneHot', { indices: { shape: [size], dtype: 'int32', values } }, { depth: 37, onValue: 3, offValue: -2, dtype }, 0);
  });

  test('Cast', () => {
    const special = [0, -0, NaN, Infinity, -Infinity, 0.9, -0.9, 1.5, -1.5, 2 ** 31, -(2 ** 31), 2 ** 31 - 128, 2 ** 32 + 512, -(2 ** 40), 2 ** 63, -(2 ** 62), 3e38, 1e-40, 16777217]; // prettier-ignore
    const floats = Array.from({ length: size }, (_, i) => special[i % special.length]!);
    const integers = Array.from({ length: size }, (_, i) => [0, 1, -1, 2 ** 31 - 128, -(2 ** 31), 256, 16_777_216][i % 7]!);
    const bools = Array.from({ length: size }, (_, i) => Number(i % 3 === 0));
    for (const dtype of ['float32', 'int32', 'bool'] as const) {
      compareWithCpu('Cast', { x: { shape: [size], values: floats } }, { dtype }, 0);
      compareWithCpu('Cast', { x: { shape: [size], values: integers, dtype: 'int32' } }, { dtype }, 0);
      compareWithCpu('Cast', { x: { shape: [size], values: bools, dtype: 'bool' } }, { dtype }, 0);
    }
  });
});
