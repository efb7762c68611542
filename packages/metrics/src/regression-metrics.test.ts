import type { Metric, Tree } from '@kumiko/core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import golden from '../../../fixtures/metrics/scores.json' with { type: 'json' };
import { onEveryBackend } from './backends.fixture.ts';
import { meanAbsoluteErrorMetric } from './mean-absolute-error-metric.ts';
import { meanAbsolutePercentageErrorMetric } from './mean-absolute-percentage-error-metric.ts';
import { meanSquaredErrorMetric } from './mean-squared-error-metric.ts';
import { pearson } from './pearson.ts';
import { r2Score } from './r2-score.ts';
import type { RegressionBatch } from './regression-batch.ts';
import { rootMeanSquaredErrorMetric } from './root-mean-squared-error-metric.ts';

/** What a metric says of batches. */
function say(metric: Metric<Tree, RegressionBatch, tf.Tensor>, ...batches: readonly (() => RegressionBatch)[]): number {
  const before = tf.memory().numTensors;
  const value = tf.tidy(
    () => metric.result(batches.reduce((state, batch) => metric.update(state, batch()), metric.init())).dataSync()[0] as never,
  ) as number;
  expect(tf.memory().numTensors).toBe(before);
  return value;
}

const pairs =
  (predictions: readonly number[], targets: readonly number[]): (() => RegressionBatch) =>
  () => ({ predictions: tf.tensor1d([...predictions]), targets: tf.tensor1d([...targets]) });

onEveryBackend(() => {
  describe('scikit-learn and scipy', () => {
    const { predictions, targets, weights, ...expected } = golden.regression;
    const parts = [pairs(predictions.slice(0, 7), targets.slice(0, 7)), pairs(predictions.slice(7), targets.slice(7))];

    test.each([
      ['meanSquaredErrorMetric', meanSquaredErrorMetric(), expected.meanSquaredError],
      ['rootMeanSquaredErrorMetric', rootMeanSquaredErrorMetric(), expected.rootMeanSquaredError],
      ['meanAbsoluteErrorMetric', meanAbsoluteErrorMetric(), expected.meanAbsoluteError],
      ['meanAbsolutePercentageErrorMetric', meanAbsolutePercentageErrorMetric(), expected.meanAbsolutePercentageError],
      ['r2Score', r2Score(), expected.r2Score],
      ['pearson', pearson(), expected.pearson],
    ] as const)('%s', (_, metric, value) => {
      expect(say(metric as Metric<Tree, RegressionBatch, tf.Tensor>, ...parts) / value).toBeCloseTo(1, 5);
    });

    test('weights', () => {
      const batch = (): RegressionBatch => ({ ...pairs(predictions, targets)(), weights: tf.tensor1d(weights) });
      expect(say(meanSquaredErrorMetric(), batch) / expected.weightedMeanSquaredError).toBeCloseTo(1, 5);
    });
  });

  describe('pearson and r2Score', () => {
    const both = [pearson(), r2Score()] as readonly Metric<Tree, RegressionBatch, tf.Tensor>[];

    test('hold far from 0, over many batches', () => {
      // x = 4096 + (0, 1, 2, 3), y = 4096 + (0, 2, 1, 3): centred (-1.5, -.5, .5, 1.5) and (-1.5, .5, -.5, 1.5), r = (2.25 - .25 - .25 + 2.25) / 5 = 0.8.
      // Squared errors 0 1 1 0 of squares about the mean 5: R2 = 1 - 2/5 = 0.6. Sums of squares in float32 would have no digit left: 4096^2 = 2^24;
      // of the running means 2^-11 is the last digit.
      const halves = [pairs([4096, 4097], [4096, 4098]), pairs([4098, 4099], [4097, 4099])];
      const batches = Array.from({ length: 50 }, () => halves).flat();
      expect(both.map((metric) => say(metric, ...batches))).toEqual([expect.closeTo(0.8, 4), expect.closeTo(0.6, 4)]);
    });

    test('do not overflow float32', () => {
      expect(say(pearson(), pairs([0, 1e15, 2e15], [0, 2e15, 4e15]))).toBeCloseTo(1, 6);
    });

    test('of nothing and of constants', () => {
      expect(both.map((metric) => say(metric))).toEqual([0, 0]);
      expect(both.map((metric) => say(metric, pairs([], [])))).toEqual([0, 0]);
      expect(both.map((metric) => say(metric, pairs([2, 2], [2, 2])))).toEqual([0, 1]);
      expect(both.map((metric) => say(metric, pairs([1, 2], [2, 2])))).toEqual([0, 0]);
      expect(both.map((metric) => say(metric, pairs([0.1, 0.1, 0.1], [1, 2, 3])))[0]).toBe(0);
    });
  });

  test('the root is that of the whole mean', () => {
    // Errors 3 | 1, 1, 1: sqrt(12/4) = 1.732; the mean of the roots of the batches is 2.
    expect(say(rootMeanSquaredErrorMetric(), pairs([3], [0]), pairs([1, 1, 1], [0, 0, 0]))).toBeCloseTo(Math.sqrt(3), 6);
  });

  test('a target of 0 is a divisor of 2^-23', () => {
    expect(say(meanAbsolutePercentageErrorMetric(), pairs([1], [0]))).toBe(2 ** 23);
  });

  test('refuse shapes that differ', () => {
    tf.tidy(() => {
      const [vector, column] = [tf.zeros([3]), tf.zeros([3, 1])];
      for (const metric of [
        meanSquaredErrorMetric(),
        rootMeanSquaredErrorMetric(),
        meanAbsoluteErrorMetric(),
        pearson(),
        r2Score(),
      ] as readonly Metric<Tree, RegressionBatch, unknown>[]) {
        expect(() => metric.update(metric.init(), { predictions: vector, targets: column })).toThrow(
          `${metric.name}: expected targets of the shape of the predictions [3], got [3,1]. Pass one number for each prediction.`,
        );
      }
      const metric = meanSquaredErrorMetric();
      expect(() => metric.update(metric.init(), { predictions: vector, targets: vector, weights: column })).toThrow(
        'meanSquaredErrorMetric: expected weights of the shape of the predictions [3], got [3,1].',
      );
    });
  });
});
