import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu, testValues } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

const positive = (channels: number) => [...testValues(channels, 9)].map((value) => 1.5 + value);

function compare(shape: number[], { withScale = true, withOffset = true, varianceEpsilon = 1e-3 } = {}): void {
  const vector = { shape: [shape.at(-1)!] };
  const variance = { ...vector, values: positive(shape.at(-1)!) };
  const inputs = { x: { shape }, mean: vector, variance, ...(withScale && { scale: vector }), ...(withOffset && { offset: vector }) };
  compareWithCpu('FusedBatchNorm', inputs, { varianceEpsilon });
}

test.each([1, 2, 3, 4, 6, 7, 16, 18, 300])('%s channels', (channels) => {
  compare([1, 1, 1, channels]);
  compare([2, 3, 5, channels]);
  compare([1, 33, 41, channels]);
});

test('parts', () => compare([16, 50, 50, 9]));

test('without a scale or an offset', () => {
  compare([2, 3, 4, 5], { withScale: false });
  compare([2, 3, 4, 5], { withOffset: false });
  compare([2, 3, 4, 5], { withScale: false, withOffset: false, varianceEpsilon: 0 });
});

test('by hand', () => {
  // (3 - 1) * 6 / sqrt(3 + 1) + 0.5.
  tf.tidy(() => {
    const one = (value: number) => tf.tensor1d([value]);
    expect([...tf.batchNorm(tf.tensor4d([3], [1, 1, 1, 1]), one(1), one(3), one(0.5), one(6), 1).dataSync()]).toEqual([6.5]);
  });
});

test('no variance, NaN and infinities', () => {
  const values = [0, 1, -1, Number.NaN, Infinity, -Infinity, 2, 0];
  const vector = { shape: [2], values: [1, 0] };
  const inputs = { x: { shape: [1, 2, 2, 2], values }, mean: vector, variance: { shape: [2], values: [0, 4] }, scale: vector };
  compareWithCpu('FusedBatchNorm', inputs, { varianceEpsilon: 0 });
});

test('numbers for each element, and none at all', () => {
  const shape = [1, 2, 3, 4];
  const variance = { shape, values: positive(24) };
  compareWithCpu('FusedBatchNorm', { x: { shape }, mean: { shape }, variance }, { varianceEpsilon: 0.1 });
  compareWithCpu(
    'FusedBatchNorm',
    { x: { shape: [0, 2, 2, 2] }, mean: { shape: [2] }, variance: { shape: [2] } },
    { varianceEpsilon: 0.1 },
  );
});
