import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu } from './compare-with-cpu.fixture.ts';

// The two builds round differently: one has fused multiply-adds.
describe.each([false, true])('deterministic: %s', (deterministic) => {
  let dispose: () => Promise<void>;
  beforeAll(async () => {
    const backend = await selectBackend([wasm({ threads: 2, deterministic })]);
    dispose = () => backend.dispose();
  });
  afterAll(() => dispose());

  test('a row by hand', () => {
    // e^0 / (e^0 + e^0 + e^ln 2) = 1 / 4.
    const values = tf.tidy(() => tf.softmax(tf.tensor2d([[5, 5, 5 + Math.log(2)]])).dataSync());
    [0.25, 0.25, 0.5].forEach((wanted, i) => expect(values[i]).toBeCloseTo(wanted, 6));
  });

  test.each([1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 33, 1001])('rows of %s', (columns) => {
    compareWithCpu('Softmax', { logits: { shape: [3, columns] } }, { dim: 1 }, 1e-6);
    compareWithCpu('Softmax', { logits: { shape: [columns] } }, { dim: 0 }, 1e-6);
  });

  test('rows in parts, empty ones, integers', () => {
    compareWithCpu('Softmax', { logits: { shape: [7, 300, 101] } }, { dim: 2 }, 1e-6);
    compareWithCpu('Softmax', { logits: { shape: [0, 4] } }, { dim: 1 });
    compareWithCpu('Softmax', { logits: { shape: [4, 0] } }, { dim: 1 });
  });

  test('extreme and special logits', () => {
    const rows = [
      [1e4, 0, -1e4, 1e4, 3],
      [-1e30, -1e30, -1e30, -1e30, -1e30],
      [0, -86, -87, -88, -200],
      [NaN, 1, 2, 3, 4],
      [0, 1, 2, 3, NaN],
      [0, Infinity, 1, 2, 3],
      [-Infinity, 0, 1, 2, 3],
      [-Infinity, -Infinity, -Infinity, -Infinity, -Infinity],
    ];
    compareWithCpu('Softmax', { logits: { shape: [8, 5], values: rows.flat() } }, { dim: 1 }, 1e-6);
  });

  test('errs by at most 6 units in the last place', () => {
    const columns = 1000;
    const logits = Float32Array.from({ length: 20 * columns }, (_, i) => Math.fround(Math.sin(i * 12.9898) * 40));
    const values = tf.tidy(() => tf.softmax(tf.tensor2d(logits, [20, columns])).dataSync());
    for (let row = 0; row < 20; row++) {
      const x = logits.subarray(row * columns, (row + 1) * columns);
      const most = Math.max(...x);
      const sum = x.reduce((total, value) => total + Math.exp(value - most), 0);
      x.forEach((value, i) => {
        const wanted = Math.exp(Math.fround(value - most)) / sum;
        const ulp = 2 ** (Math.floor(Math.log2(wanted)) - 23);
        expect(Math.abs(values[row * columns + i]! - wanted) / ulp).toBeLessThan(6);
      });
    }
  });
});
