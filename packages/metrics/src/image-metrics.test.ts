import type { Metric, Tree } from '@kumiko/core';
import { expectTensor } from '@kumiko/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import golden from '../../../fixtures/metrics/scores.json' with { type: 'json' };
import { onEveryBackend } from './backends.fixture.ts';
import { diceScore } from './dice-score.ts';
import { intersectionOverUnion } from './intersection-over-union.ts';
import { psnr } from './psnr.ts';
import type { SegmentedBatch } from './segmented-batch.ts';
import { ssim } from './ssim.ts';

/** What a metric says of one batch. */
function say(metric: Metric<Tree, SegmentedBatch, tf.Tensor>, batch?: () => SegmentedBatch): number[] {
  const before = tf.memory().numTensors;
  const values = tf.tidy(() => {
    const state = batch === undefined ? metric.init() : metric.update(metric.init(), batch());
    return [...metric.result(state).dataSync()] as never;
  }) as number[];
  expect(tf.memory().numTensors).toBe(before);
  return values.map((value) => Number(value.toFixed(6)));
}

const share = (part: number, whole: number): number => Number((part / whole).toFixed(6));

onEveryBackend(() => {
  describe('intersectionOverUnion and diceScore', () => {
    // Two images of 2 x 2. Class 0: 3 predicted, 4 true, 3 in both. Class 1: 3, 2, 2. Class 2: 2, 2, 2. Class 3: not seen.
    const PREDICTED = [0, 0, 1, 1, 0, 1, 2, 2];
    const TRUTH = [0, 0, 1, 1, 0, 0, 2, 2];
    const batch = (): SegmentedBatch => ({
      predictions: tf.tensor3d(PREDICTED, [2, 2, 2], 'int32'),
      labels: tf.tensor3d(TRUTH, [2, 2, 2], 'int32'),
    });

    test('by hand, over the classes that were seen', () => {
      expect(say(intersectionOverUnion(4, { average: 'none' }), batch)).toEqual([share(3, 4), share(2, 3), 1, 0]);
      expect(say(intersectionOverUnion(4), batch)).toEqual([share(3 / 4 + 2 / 3 + 1, 3)]);
      expect(say(diceScore(4, { average: 'none' }), batch)).toEqual([share(6, 7), share(4, 5), 1, 0]);
      expect(say(diceScore(4), batch)).toEqual([share(6 / 7 + 4 / 5 + 1, 3)]);
    });

    test('take scores for each class, a mask, and leave out classes out of range', () => {
      const scores = (): SegmentedBatch => ({ ...batch(), predictions: tf.oneHot(tf.tensor3d(PREDICTED, [2, 2, 2], 'int32'), 4) });
      expect(say(intersectionOverUnion(4), scores)).toEqual(say(intersectionOverUnion(4), batch));
      // Without the one mistake all is right.
      const mask = (): tf.Tensor => tf.tensor3d([1, 1, 1, 1, 1, 0, 1, 1], [2, 2, 2]);
      expect(say(diceScore(4), () => ({ ...batch(), mask: mask() }))).toEqual([1]);
      const ignored = TRUTH.map((label, i) => (i === 5 ? 255 : label));
      expect(say(diceScore(4), () => ({ ...batch(), labels: tf.tensor3d(ignored, [2, 2, 2], 'int32') }))).toEqual([1]);
    });

    test('are 0 of nothing', () => {
      expect([say(intersectionOverUnion(2)), say(diceScore(2))]).toEqual([[0], [0]]);
    });

    test('refuse bad options and shapes', () => {
      expect(() => diceScore(2, { average: 'micro' as 'macro' })).toThrow(
        "diceScore: expected average to be 'macro' or 'none', got 'micro'. Pass one of these.",
      );
      expect(() => intersectionOverUnion(0)).toThrow('intersectionOverUnion: expected classes to be an integer >= 1, got 0.');
      tf.tidy(() => {
        const metric = intersectionOverUnion(2);
        const labels = tf.zeros([2, 4], 'int32');
        expect(() => metric.update(metric.init(), { predictions: tf.zeros([2, 3]), labels })).toThrow(
          'intersectionOverUnion: expected predictions of the shape of the labels [2,4], or one axis of classes more, got [2,3].',
        );
        expect(() => metric.update(metric.init(), { predictions: labels, labels, mask: tf.zeros([4]) })).toThrow(
          'intersectionOverUnion: expected a mask [2,4], got [4].',
        );
      });
    });
  });

  describe('psnr and ssim', () => {
    const { shape, ...images } = golden.images;
    const pair = (peak = 1) =>
      [images.first, images.second].map((values) =>
        tf.tensor4d(
          values.map((value) => value * peak),
          shape as [number, number, number, number],
        ),
      );

    test.each([
      ['psnr', psnr, images.psnr],
      ['ssim', ssim, images.ssim],
    ] as const)('%s is that of the definition in float64, whatever the peak', (_, compare, values) => {
      tf.tidy(() => {
        for (const peak of [1, 255]) {
          const [first, second] = pair(peak) as [tf.Tensor4D, tf.Tensor4D];
          const before = tf.memory().numTensors;
          const actual = compare(first, second, { peak });
          expect(tf.memory().numTensors).toBe(before + 1);
          expectTensor(actual, { shape: [2], values }, { absolute: 2e-6, relative: 1e-5 });
          expectTensor(compare(second, first, { peak }), { shape: [2], values }, { absolute: 2e-6, relative: 1e-5 });
        }
      });
    });

    test('of equal images', () => {
      tf.tidy(() => {
        const [first] = pair() as [tf.Tensor4D];
        expectTensor(psnr(first, first), { shape: [2], values: [Infinity, Infinity] });
        expectTensor(ssim(first, first), { shape: [2], values: [1, 1] });
      });
    });

    test('refuse what are no two images', () => {
      tf.tidy(() => {
        const image = tf.zeros([1, 11, 10, 1]) as tf.Tensor4D;
        expect(() => psnr(image, tf.zeros([1, 10, 11, 1]))).toThrow(
          'psnr: expected two batches [batch,height,width,channels] of one shape, got [1,11,10,1] and [1,10,11,1]. Pass both as such.',
        );
        expect(() => psnr(image, image, { peak: 0 })).toThrow('psnr: expected peak to be a number > 0, got 0. Pass 1, or 255 for bytes.');
        expect(() => ssim(image, image)).toThrow(
          'ssim: expected images of at least 11 x 11, got 11 x 10. Enlarge both, or compare them with psnr.',
        );
      });
    });
  });
});
