import type { Metric, Tree } from '@kumiko/core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import golden from '../../../fixtures/metrics/scores.json' with { type: 'json' };
import { onEveryBackend } from './backends.fixture.ts';
import { binaryAccuracy } from './binary-accuracy.ts';
import { binnedAuroc } from './binned-auroc.ts';
import { brierScore } from './brier-score.ts';
import type { ClassAverage } from './class-average.ts';
import { cohenKappa } from './cohen-kappa.ts';
import { fBeta } from './f-beta.ts';
import { jaccard } from './jaccard.ts';
import { logLoss } from './log-loss.ts';
import { matthewsCorrelation } from './matthews-correlation.ts';
import { perplexity } from './perplexity.ts';
import { precision } from './precision.ts';
import { recall } from './recall.ts';
import { specificity } from './specificity.ts';
import { topKAccuracy } from './top-k-accuracy.ts';

/** Runs in a tidy, reads what comes out, and sees that nothing stays. */
function valuesOf(make: () => tf.Tensor): number[] {
  const before = tf.memory().numTensors;
  const result = tf.tidy(() => [...make().dataSync()] as never) as number[];
  expect(tf.memory().numTensors).toBe(before);
  return result;
}

function close(actual: readonly number[], expected: number | readonly number[], digits = 6): void {
  const wanted = [expected].flat();
  expect(actual.length).toBe(wanted.length);
  actual.forEach((value, i) => expect(value).toBeCloseTo(wanted[i] as number, digits));
}

/** What a metric says of one batch. */
function say<B>(metric: Metric<Tree, B, tf.Tensor>, batch: () => B): number[] {
  return valuesOf(() => metric.result(metric.update(metric.init(), batch())));
}

onEveryBackend(() => {
  describe.each(golden.classes)('scikit-learn: $classes classes', (row) => {
    const { classes } = row;
    const batch = () => ({ predictions: tf.tensor1d(row.predictions, 'int32'), labels: tf.tensor1d(row.labels, 'int32') });

    test.each(Object.entries({ precision, recall, specificity, jaccard, fBeta }))('%s', (name, make) => {
      const expected = row[name as 'precision'] as Record<string, number | number[]>;
      expect(Object.keys(expected).length).toBeGreaterThanOrEqual(4);
      for (const [average, value] of Object.entries(expected)) {
        close(say<ReturnType<typeof batch>>(make(classes, { average: average as ClassAverage, beta: 0.5 } as object), batch), value);
      }
    });

    test('matthewsCorrelation', () => close(say(matthewsCorrelation(classes), batch), row.matthewsCorrelation));

    test.each(Object.entries(row.cohenKappa))('cohenKappa with weights %s', (weights, value) =>
      close(say(cohenKappa(classes, { weights: weights as 'none' }), batch), value),
    );
  });

  describe('metrics of a confusion matrix', () => {
    test('are 0 of nothing, and where only one class is seen', () => {
      for (const metric of [precision(2), recall(2), specificity(2), jaccard(2), fBeta(2), matthewsCorrelation(2), cohenKappa(2)]) {
        expect(valuesOf(() => metric.result(metric.init()))).toEqual([0]);
      }
      const same = () => ({ predictions: tf.zeros([4], 'int32'), labels: tf.zeros([4], 'int32') });
      expect(say(matthewsCorrelation(2), same)).toEqual([0]);
      expect(say(cohenKappa(2), same)).toEqual([0]);
    });

    test('matthewsCorrelation stays right when one class is rare', () => {
      // 2 of 2^20 are of class 1; one is found, and one other is called so. With n = 2^20: (n - 2) / n correct,
      // covariance (2/n) (1 - 4/n), spreads (4/n) (1 - 2/n): r = (1 - 4/n) / (2 (1 - 2/n)) = 0.5 to 6 digits.
      const size = 2 ** 20;
      const at = (...places: number[]): tf.Tensor =>
        tf.tensor1d(
          Int32Array.from({ length: size }, (_, i) => Number(places.includes(i))),
          'int32',
        );
      const [value] = say(matthewsCorrelation(2), () => ({ predictions: at(1, 2), labels: at(2, 3) }));
      // The covariance is a difference of numbers near 1: float32 leaves it 1e-7 of absolute precision, which is 6 % of 1e-6.
      expect(Math.abs((value as number) - 0.5)).toBeLessThan(0.05);
    });

    test('fBeta with beta 0 is precision', () => {
      const batch = () => ({ predictions: tf.tensor1d([1, 1, 0], 'int32'), labels: tf.tensor1d([1, 0, 1], 'int32') });
      expect(say(fBeta(2, { beta: 0, average: 'binary' }), batch)).toEqual([0.5]);
    });

    test('refuse bad options', () => {
      expect(() => precision(3, { average: 'mean' as 'macro' })).toThrow(
        "precision: expected average to be 'macro', 'weighted', 'micro', 'binary' or 'none', got 'mean'. Pass one of these.",
      );
      expect(() => recall(3, { average: 'binary' })).toThrow(
        "recall: expected 2 classes for the average 'binary', got 3. Pass 2 classes, or another average.",
      );
      expect(() => specificity(0)).toThrow('specificity: expected classes to be an integer >= 1, got 0. Pass how many classes there are.');
      expect(() => fBeta(2, { beta: -1 })).toThrow('fBeta: expected beta to be a number >= 0, got -1. Pass 1 for F1.');
      expect(() => cohenKappa(2, { weights: 'square' as 'none' })).toThrow(
        "cohenKappa: expected weights to be 'none', 'linear' or 'quadratic'",
      );
      tf.tidy(() => {
        const metric = jaccard(2);
        expect(() => metric.update(metric.init(), { predictions: tf.zeros([2]), labels: tf.zeros([3]) })).toThrow(
          'jaccard: expected predictions',
        );
      });
    });
  });

  describe('perplexity', () => {
    const { logits, labels, perplexity: expected } = golden.probabilities;

    test('is that of the softmax in float64', () => {
      close(
        say(perplexity(), () => ({ predictions: tf.tensor2d(logits), labels: tf.tensor1d(labels, 'int32') })),
        expected,
        5,
      );
    });

    test('leaves out what the mask does, takes extreme logits, and is 1 of nothing', () => {
      // ln 2 for each of two positions, and the third, which costs 1e4, is left out: 2.
      const batch = () => ({
        predictions: tf.tensor3d([
          [
            [1e4, 1e4],
            [-1e4, -1e4],
            [1e4, 0],
          ],
        ]),
        labels: tf.tensor2d([[0, 1, 1]], [1, 3], 'int32'),
        mask: tf.tensor2d([[1, 1, 0]]),
      });
      close(say(perplexity(), batch), 2);
      const impossible = () => ({
        predictions: tf.tensor2d([
          [0, -Infinity],
          [0, -Infinity],
        ]),
        labels: tf.tensor1d([0, 1], 'int32'),
        mask: tf.tensor1d([1, 0]),
      });
      close(say(perplexity(), impossible), 1);
      expect(valuesOf(() => perplexity().result(perplexity().init()))).toEqual([1]);
    });

    test('refuses shapes that do not fit', () => {
      tf.tidy(() => {
        const metric = perplexity();
        const labels3 = tf.zeros([2, 3], 'int32');
        expect(() => metric.update(metric.init(), { predictions: tf.zeros([3, 2, 5]), labels: labels3 })).toThrow(
          'perplexity: expected logits [...positions,vocabulary] and labels [...positions], got [3,2,5] and [2,3].',
        );
        expect(() => metric.update(metric.init(), { predictions: tf.zeros([2, 3, 5]), labels: labels3, mask: tf.zeros([3]) })).toThrow(
          'perplexity: expected a mask [2,3], got [3].',
        );
      });
    });
  });

  describe('metrics of probabilities', () => {
    const { predictions, labels, weights, ...expected } = golden.probabilities;
    const batch = () => ({ predictions: tf.tensor2d(predictions), labels: tf.tensor1d(labels, 'int32') });
    const binary = () => ({ predictions: tf.tensor1d(golden.binary.predictions), labels: tf.tensor1d(golden.binary.labels, 'int32') });

    test('logLoss is that of scikit-learn, also of certain mistakes', () => {
      close(say(logLoss(), batch), expected.logLoss, 5);
      close(
        say(logLoss(), () => ({ ...batch(), weights: tf.tensor1d(weights) })),
        expected.weightedLogLoss,
        5,
      );
      close(say(logLoss(), binary), golden.binary.logLoss, 5);
      // -ln 2^-23 = 15.9424; the other way of being certain costs -ln(1 - 2^-23).
      close(
        say(logLoss(), () => ({ predictions: tf.tensor1d([0]), labels: tf.tensor1d([1]) })),
        23 * Math.LN2,
        4,
      );
      close(
        say(logLoss({ epsilon: 0.25 }), () => ({ predictions: tf.tensor1d([0]), labels: tf.tensor1d([1]) })),
        2 * Math.LN2,
        5,
      );
    });

    test('logLoss divides rows by their sums', () => {
      close(
        say(logLoss(), () => ({ predictions: tf.tensor2d([[0.4, 0.1]]), labels: tf.tensor1d([0]) })),
        -Math.log(0.8),
        6,
      );
    });

    test('brierScore is that of scikit-learn, and of Brier for several classes', () => {
      close(say(brierScore(), binary), golden.binary.brier);
      close(say(brierScore(), batch), expected.brier);
    });

    test('topKAccuracy is that of scikit-learn', () => {
      expected.topK.forEach((value, i) => close(say(topKAccuracy(i + 1), batch), value));
    });

    test('topKAccuracy takes the first of equal scores, and none of NaN or out of range', () => {
      const equal = (label: number) => () => ({ predictions: tf.tensor2d([[1, 1, 1]]), labels: tf.tensor1d([label], 'int32') });
      expect([0, 1, 2].map((label) => say(topKAccuracy(2), equal(label))[0])).toEqual([1, 1, 0]);
      expect(say(topKAccuracy(3), equal(3))).toEqual([0]);
      expect(say(topKAccuracy(2), () => ({ predictions: tf.tensor2d([[NaN, 1]]), labels: tf.tensor1d([0], 'int32') }))).toEqual([0]);
    });

    test('binaryAccuracy is that of scikit-learn, with a threshold, a mask and any shape', () => {
      close(say(binaryAccuracy(), binary), golden.binary.accuracy);
      const matrix = () => ({
        predictions: tf.tensor2d([
          [0.5, 0.6],
          [-1, 2],
        ]),
        labels: tf.tensor2d([
          [1, 1],
          [0, 0],
        ]),
      });
      // 0.5 is not above 0.5, and 2 is: wrong, right, right, wrong.
      expect(say(binaryAccuracy(), matrix)).toEqual([0.5]);
      // Above 0: right, right, right, wrong.
      expect(say(binaryAccuracy({ threshold: 0 }), matrix)).toEqual([0.75]);
      expect(
        say(binaryAccuracy(), () => ({
          ...matrix(),
          mask: tf.tensor2d([
            [0, 1],
            [1, 0],
          ]),
        })),
      ).toEqual([1]);
    });

    test('binnedAuroc is that of scikit-learn for scores rounded down', () => {
      close(say(binnedAuroc({ bins: 10 }), binary), golden.binary.auroc);
      const outside = () => ({ predictions: tf.tensor1d([-3, 0, 7, 1]), labels: tf.tensor1d([0, 1, 1, 0]) });
      // Class 1 has the first and the last bin, as class 0: a tie, a win, a loss and a tie of four pairs.
      expect(say(binnedAuroc(), outside)).toEqual([0.5]);
      expect(say(binnedAuroc(), () => ({ predictions: tf.tensor1d([0.3]), labels: tf.tensor1d([1]) }))).toEqual([0]);
    });

    test('refuse bad options and shapes', () => {
      expect(() => logLoss({ epsilon: 0 })).toThrow('logLoss: expected epsilon in (0, 0.5), got 0. Pass a small positive number.');
      expect(() => topKAccuracy(0)).toThrow('topKAccuracy: expected k to be an integer >= 1, got 0. Pass how many guesses count.');
      expect(() => binaryAccuracy({ threshold: NaN })).toThrow('binaryAccuracy: expected the threshold to be a number, got NaN.');
      expect(() => binnedAuroc({ bins: 1 })).toThrow('binnedAuroc: expected bins to be an integer >= 2, got 1. Pass how many bins.');
      tf.tidy(() => {
        const [vector, matrix] = [tf.zeros([3]), tf.zeros([2, 3])];
        const refuse = <B>(metric: Metric<Tree, B, unknown>, given: B, text: string): void =>
          expect(() => metric.update(metric.init(), given)).toThrow(text);
        refuse(logLoss(), { predictions: matrix, labels: vector }, 'logLoss: expected predictions [3,classes] or [3], got [2,3].');
        refuse(
          brierScore(),
          { predictions: vector, labels: matrix },
          'brierScore: expected labels [samples] of whole numbers, got float32 [2,3].',
        );
        refuse(logLoss(), { predictions: vector, labels: vector, weights: matrix }, 'logLoss: expected weights [3], got [2,3].');
        refuse(topKAccuracy(1), { predictions: vector, labels: vector }, 'topKAccuracy: expected predictions [samples,classes], got [3].');
        refuse(
          binaryAccuracy(),
          { predictions: vector, labels: matrix },
          'binaryAccuracy: expected labels of the shape of the predictions [3], got [2,3].',
        );
        refuse(binaryAccuracy(), { predictions: vector, labels: vector, mask: matrix }, 'binaryAccuracy: expected a mask of the shape');
        refuse(
          binnedAuroc(),
          { predictions: vector, labels: matrix },
          'binnedAuroc: expected predictions and labels [samples], got [3] and [2,3].',
        );
      });
    });
  });
});
