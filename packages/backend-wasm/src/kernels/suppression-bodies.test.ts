import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { testValues } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

interface Options {
  readonly most: number;
  readonly overlap?: number;
  readonly score?: number;
  readonly sigma?: number;
}

/** Runs the three kernels, and compares every number with what tfjs' cpu kernels are made of. */
function compare(boxes: readonly number[], scores: readonly number[], { most, overlap = 0.5, score = 0, sigma = 0 }: Options): void {
  const before = tf.memory().numBytes;
  const { nonMaxSuppressionV3Impl: v3, nonMaxSuppressionV4Impl: v4, nonMaxSuppressionV5Impl: v5 } = tf.kernel_impls;
  const [b, s] = [Float32Array.from(boxes), Float32Array.from(scores)];
  tf.tidy(() => {
    const inputs = { boxes: tf.tensor2d(b, [s.length, 4]), scores: tf.tensor1d(s) };
    const attrs = { maxOutputSize: most, iouThreshold: overlap, scoreThreshold: score };
    const run = (kernel: string, more: tf.NamedAttrMap = {}): tf.Tensor[] =>
      [tf.engine().runKernel(kernel, inputs, { ...attrs, ...more }) as tf.Tensor | tf.Tensor[]].flat();
    const numbers = (tensors: tf.Tensor[]): number[][] => tensors.map((tensor) => [...tensor.dataSync()]);
    expect(numbers(run('NonMaxSuppressionV3'))).toEqual([v3(b, s, most, overlap, score).selectedIndices]);
    for (const padToMaxOutputSize of [false, true]) {
      const wanted = v4(b, s, most, overlap, score, padToMaxOutputSize);
      expect(numbers(run('NonMaxSuppressionV4', { padToMaxOutputSize }))).toEqual([wanted.selectedIndices, [wanted.validOutputs]]);
    }
    const soft = v5(b, s, most, overlap, score, sigma);
    const [indices, values] = run('NonMaxSuppressionV5', { softNmsSigma: sigma });
    expect(numbers([indices!, values!])).toEqual([soft.selectedIndices, soft.selectedScores!.map(Math.fround)]);
    expect([indices!.dtype, values!.dtype]).toEqual(['int32', 'float32']);
  });
  expect(tf.memory().numBytes).toBe(before);
}

/** Boxes on a grid, some of them empty and most in conflict. */
const onGrid = (count: number, seed: number): number[] => [...testValues(4 * count, seed)].map((value) => Math.round(4 * value));
const loose = (count: number, seed: number): number[] => [...testValues(4 * count, seed)];

test('by hand: the best of two that overlap, and one beside them', () => {
  tf.tidy(() => {
    const boxes = tf.tensor2d([[0, 0, 2, 2], [0, 0, 2, 1.5], [5, 5, 6, 6]]); // prettier-ignore
    // The first two share 3 of 4.
    expect([...tf.image.nonMaxSuppression(boxes, [0.8, 0.9, 0.3], 3, 0.5).dataSync()]).toEqual([1, 2]);
    expect([...tf.image.nonMaxSuppression(boxes, [0.8, 0.9, 0.3], 3, 0.8).dataSync()]).toEqual([1, 0, 2]);
    const { selectedScores } = tf.image.nonMaxSuppressionWithScore(boxes, [0.8, 0.9, 0.3], 3, 1, 0, 0.5);
    // 0.8 e^(-0.75^2).
    expect(selectedScores!.dataSync()[1]).toBeCloseTo(0.8 * Math.exp(-0.5625), 6);
  });
});

describe.each([1, 2, 7, 60, 400])('%s boxes', (count) => {
  test.each<[string, Options]>([
    ['all', { most: count }],
    ['few', { most: Math.min(5, count) }],
    ['by score', { most: count, score: 0.25 }],
    ['of any score', { most: count, score: Number.NEGATIVE_INFINITY }],
    ['softly', { most: count, sigma: 0.5 }],
    ['softly with any overlap', { most: count, overlap: 1, sigma: 0.2, score: 0.01 }],
    ['softly of any score', { most: count, sigma: 0.1, score: -0.5 }],
    ['without any overlap', { most: count, overlap: 0 }],
  ])('%s', (_, options) => {
    compare(loose(count, 1), [...testValues(count, 2)], options);
    // Many scores are equal.
    compare(onGrid(count, 3), [...testValues(count, 4)].map((value) => Math.round(3 * value) / 3), options); // prettier-ignore
  });
});

test('more boxes wanted than there are', () => compare(loose(9, 1), [...testValues(9, 2)], { most: 20, score: -1 }));

test('no boxes, and none wanted', () => {
  compare([], [], { most: 0 });
  compare([], [], { most: 3 });
  compare(loose(3, 1), [1, 2, 3], { most: 0 });
});

test('numbers that are none', () => {
  const boxes = loose(12, 5);
  boxes.splice(3, 3, Number.NaN, Infinity, -Infinity);
  const scores = [NaN, Infinity, 0.5, -Infinity, 0.5, Infinity, 1, 2, NaN, 3, 0, -0];
  for (const sigma of [0, 0.5]) for (const score of [0, -1, -Infinity]) compare(boxes, scores, { most: 12, sigma, score }); // prettier-ignore
});

test('integers', () => {
  tf.tidy(() => {
    const boxes = tf.tensor2d([[0, 0, 2, 2], [0, 0, 2, 2], [5, 5, 6, 6]], [3, 4], 'int32'); // prettier-ignore
    const { selectedIndices } = tf.image.nonMaxSuppressionPadded(boxes, tf.tensor1d([3, 4, 5], 'int32'), 3);
    expect([...selectedIndices!.dataSync()]).toEqual([2, 1]);
  });
});
