import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

/** Rows of equal probabilities. */
const even = (rows: number, events: number) => ({ shape: [rows, events], values: Array.from({ length: rows * events }, () => 1 / events) });

const draw = (rows: number, events: number, numSamples: number, seed: number, values = even(rows, events).values) =>
  tf.tidy(() => {
    const logits = tf.tensor2d([...values], [rows, events]);
    return [...tf.engine().runKernel<tf.Tensor>('Multinomial', { logits }, { numSamples, seed, normalized: true }).dataSync()];
  });

test('the first row has the draws of the cpu backend', () => {
  for (const [events, numSamples, seed] of [
    [1, 3, 1],
    [2, 9, 0.25],
    [5, 1, 7],
    [100, 40, 3],
    [1024, 5, 123_456],
  ] as const) {
    compareWithCpu('Multinomial', { logits: even(1, events) }, { numSamples, seed, normalized: true }, 0);
    compareWithCpu('Multinomial', { logits: { shape: [1, events] } }, { numSamples, seed, normalized: false }, 0);
  }
});

test('probabilities that are none end in the last event', () => {
  compareWithCpu(
    'Multinomial',
    { logits: { shape: [1, 4], values: [0.1, NaN, 0.5, 0.4] } },
    { numSamples: 20, seed: 3, normalized: true },
    0,
  );
  compareWithCpu(
    'Multinomial',
    { logits: { shape: [1, 4], values: [0.5, -0.3, 0.5, 0.3] } },
    { numSamples: 20, seed: 3, normalized: true },
    0,
  );
});

test('every row draws for itself, from its own probabilities', () => {
  const samples = draw(6, 100, 50, 3);
  const rows = Array.from({ length: 6 }, (_, row) => samples.slice(50 * row, 50 * row + 50));
  expect(new Set(rows.map(String)).size).toBe(6);
  const certain = Array.from({ length: 35 }, (_, i) => Number(i % 7 === Math.floor(i / 7)));
  expect(draw(5, 7, 3, 2, certain)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
});

test('events come as often as they are probable', () => {
  const [count, probabilities] = [40_000, [0.1, 0.2, 0.3, 0.4]];
  const samples = draw(2, 4, count, 11, [...probabilities, ...probabilities]);
  for (const row of [samples.slice(0, count), samples.slice(count)]) {
    for (const [event, probability] of probabilities.entries()) {
      const share = row.filter((sample) => sample === event).length / count;
      // Five standard deviations.
      expect(Math.abs(share - probability)).toBeLessThan(5 * Math.sqrt((probability * (1 - probability)) / count));
    }
  }
});

test('the same draws in many parts', () => {
  expect(draw(700, 300, 2, 5).slice(0, 40)).toEqual(draw(20, 300, 2, 5));
});
