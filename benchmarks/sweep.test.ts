import { getKernelsForBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { expect, test } from 'vitest';
import { kernels } from '../packages/backend-wasm/src/kernels/index.ts';
import { compositions } from './peers/compositions.ts';
import { sweep } from './sweep.ts';

// Importing our kernels does not register them: these are stock's.
const stock = new Set(getKernelsForBackend('wasm').map(({ kernelName }) => kernelName));
const replaced = kernels.map(({ kernelName }) => kernelName).filter((name) => stock.has(name));

test('every kernel that replaces a stock one has a row of each size', () => {
  expect(replaced.length).toBeGreaterThan(100);
  const sizesOf = (name: string) => new Set(sweep.filter(({ kernel }) => kernel === name).map(({ size }) => size));
  const incomplete = replaced.filter((name) => sizesOf(name).size < 4);
  expect(incomplete).toEqual([]);
});

test('every row is of a kernel of ours, and no two rows are the same', () => {
  const ours = new Set([...kernels.map(({ kernelName }) => kernelName), ...Object.keys(compositions)]);
  expect(sweep.filter(({ kernel }) => !ours.has(kernel)).map(({ kernel }) => kernel)).toEqual([]);
  const keys = sweep.map(({ kernel, size, label }) => `${kernel} ${size} ${label}`);
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
});

test('a product counts a multiplication and an addition for each of m x k x n', () => {
  const row = sweep.find(({ kernel, label }) => kernel === 'BatchMatMul' && label === '1x33x65x37 A B');
  expect(row?.flops).toBe(158_730); // 2 * 33 * 65 * 37
});

test('a convolution counts every tap of every output', () => {
  const row = sweep.find(({ kernel, label }) => kernel === 'Conv2D' && label === '[2,13,11,3] 3x3x5 /2');
  expect(row?.flops).toBe(22_680); // 2 * (2 * 7 * 6 * 5 outputs) * (3 * 3 * 3 taps)
});
