import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import golden from '../../../fixtures/metrics/classification.json' with { type: 'json' };
import { accuracy } from './accuracy.ts';
import type { ClassifiedBatch } from './classified-batch.ts';
import { confusionMatrix } from './confusion-matrix.ts';
import { fBeta } from './f-beta.ts';
import { mean } from './mean.ts';
import { metrics } from './metrics.ts';

beforeAll(() => tf.setBackend('cpu'));

const LABELS = [0, 1, 2, 2, 1, 0, 0, 2, 1, 1, 0, 2];
const PREDICTIONS = [0, 1, 1, 2, 1, 2, 0, 2, 0, 1, 0, 0];
const MASK = [1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1];

/** Logits whose largest entry is at the prediction. */
function classified(from: number, to: number): ClassifiedBatch {
  return {
    predictions: tf.tensor2d(
      PREDICTIONS.slice(from, to).map((prediction) => [0, 1, 2].map((column) => (column === prediction ? 3 : column))),
      [to - from, 3],
    ),
    labels: tf.tensor1d(LABELS.slice(from, to), 'int32'),
  };
}

const masked = (from: number, to: number): ClassifiedBatch => ({
  ...classified(from, to),
  mask: tf.tensor1d(MASK.slice(from, to), 'bool'),
});

/** Runs in a tidy and reads what comes out. */
function values(make: () => tf.Tensor): number[] {
  const before = tf.memory().numTensors;
  const result = tf.tidy(() => [...make().dataSync()] as never) as number[];
  expect(tf.memory().numTensors).toBe(before);
  return result;
}

const unweighted = golden.rows.filter(({ weighted, matrix }) => !weighted && matrix !== null);

describe.each(unweighted)('scikit-learn: $name', ({ classes, labels, predictions, matrix, accuracy: expected }) => {
  const batch = (): ClassifiedBatch => ({ labels: tf.tensor1d(labels, 'int32'), predictions: tf.tensor1d(predictions, 'int32') });

  test('accuracy', () => {
    const metric = accuracy();
    expect(values(() => metric.result(metric.update(metric.init(), batch())))[0]).toBeCloseTo(expected, 6);
  });

  test('confusionMatrix', () => {
    const metric = confusionMatrix(classes);
    expect(values(() => metric.result(metric.update(metric.init(), batch())))).toEqual(matrix?.flat());
  });
});

describe('accuracy', () => {
  test('counts what the mask leaves', () => {
    // Right are samples 0 1 3 4 6 7 9 10; the mask leaves out 2 6 10: six of nine.
    const metric = accuracy();
    expect(values(() => metric.result(metric.update(metric.init(), masked(0, 12))))[0]).toBeCloseTo(6 / 9, 6);
  });

  test('takes float labels and masks, the first of equal logits, and no samples at all', () => {
    const metric = accuracy();
    const batch = (): ClassifiedBatch => ({
      predictions: tf.tensor2d([
        [1, 1],
        [NaN, 2],
      ]),
      labels: tf.tensor1d([0, 1]),
      mask: tf.tensor1d([0.5, 0]),
    });
    expect(values(() => metric.result(metric.update(metric.init(), batch())))).toEqual([1]);
    expect(values(() => metric.result(metric.init()))).toEqual([0]);
    const empty = (): ClassifiedBatch => ({ predictions: tf.zeros([0], 'int32'), labels: tf.zeros([0], 'int32') });
    expect(values(() => metric.result(metric.update(metric.init(), empty())))).toEqual([0]);
  });

  test('counts exactly where a float32 sum stands still', () => {
    // 2^24 + 1 is no float32: a plain sum of ones would stay at 2^24 = 16777216 for ever.
    const metric = accuracy();
    const count = (state: tf.Tensor): number => {
      const [high, low] = state.dataSync() as unknown as [number, number];
      return high * 2 ** 20 + low;
    };
    tf.tidy(() => {
      const size = 2 ** 20 + 3;
      const batch = { predictions: tf.zeros([size], 'int32'), labels: tf.zeros([size], 'int32') };
      const one = { predictions: tf.tensor1d([1, 1, 0], 'int32'), labels: tf.tensor1d([0, 1, 1], 'int32') };
      let state = metric.init();
      for (let i = 0; i < 17; i++) state = metric.update(state, batch);
      state = metric.update(state, one);
      // 17 (2^20 + 3) = 17825843, and 1 right of 3 more.
      expect([count(state.correct), count(state.total)]).toEqual([17825844, 17825846]);
      // Doubled 19 times it is 9.3e12, still below the 2^44 = 1.8e13 that is promised.
      for (let i = 0; i < 19; i++) state = metric.merge(state, state);
      expect([count(state.correct), count(state.total)]).toEqual([17825844 * 2 ** 19, 17825846 * 2 ** 19]);
    });
  });

  test('refuses shapes that do not fit', () => {
    const metric = accuracy();
    tf.tidy(() => {
      const state = metric.init();
      const labels = tf.zeros([3], 'int32');
      const predictions = tf.zeros([3, 2]);
      expect(() => metric.update(state, { predictions: tf.zeros([4, 2]), labels })).toThrow(
        'accuracy: expected predictions [3,classes] or [3], got [4,2]. Pass logits or classes, one row for each label.',
      );
      expect(() => metric.update(state, { predictions: tf.zeros([3, 2, 1]), labels })).toThrow('got [3,2,1]');
      expect(() => metric.update(state, { predictions, labels: tf.zeros([3, 2], 'int32') })).toThrow(
        'accuracy: expected labels [samples] of whole numbers, got int32 [3,2]. Pass the class of each sample.',
      );
      expect(() => metric.update(state, { predictions, labels, mask: tf.ones([2]) })).toThrow(
        'accuracy: expected a mask [3], got [2]. Pass one entry for each label.',
      );
    });
  });
});

describe('confusionMatrix', () => {
  test('has true classes in rows and predictions in columns, and leaves out classes out of range', () => {
    const metric = confusionMatrix(2);
    const batch = (): ClassifiedBatch => ({
      labels: tf.tensor1d([0, 0, 1, 2, -1, 1], 'int32'),
      predictions: tf.tensor1d([1, 1, 0, 0, 0, 5], 'int32'),
    });
    expect(values(() => metric.result(metric.update(metric.init(), batch())))).toEqual([0, 2, 1, 0]);
  });

  test('no samples change nothing', () => {
    const metric = confusionMatrix(2);
    const empty = (): ClassifiedBatch => ({ predictions: tf.zeros([0, 2]), labels: tf.zeros([0], 'int32') });
    expect(values(() => metric.result(metric.update(metric.init(), empty())))).toEqual([0, 0, 0, 0]);
  });

  test.each([0, 1.5, NaN])('refuses %d classes', (classes) => {
    expect(() => confusionMatrix(classes)).toThrow(
      `confusionMatrix: expected classes to be an integer >= 1, got ${classes}. Pass how many classes there are.`,
    );
  });
});

describe('mean', () => {
  test('weighs values, of any shape and type', () => {
    const metric = mean();
    // (1 * 1 + 2 * 0 + 6 * 3) / 4 = 4.75.
    expect(
      values(() =>
        metric.result(
          metric.update(metric.init(), { values: tf.tensor2d([[1, 2, 6]], [1, 3], 'int32'), weights: tf.tensor2d([[1, 0, 3]]) }),
        ),
      ),
    ).toEqual([4.75]);
    expect(values(() => metric.result(metric.init()))).toEqual([0]);
  });

  test('keeps what a float32 sum would lose', () => {
    const metric = mean();
    const batch = (value: number) => ({ values: tf.scalar(value), weights: tf.scalar(1) });
    // 2^24 + 1 + 1 + ... : each 1 is below half a unit of the sum, and a plain sum would drop all four.
    expect(values(() => [2 ** 24, 1, 1, 1, 1].reduce((state, value) => metric.update(state, batch(value)), metric.init()).sum)).toEqual([
      2 ** 24,
      4,
    ]);
    const merged = (): tf.Tensor => {
      const small = [1, 1, 1].reduce((state, value) => metric.update(state, batch(value)), metric.init());
      return metric.merge(metric.merge(metric.update(metric.init(), batch(2 ** 25)), small), small).sum;
    };
    // 2^25 + 3 rounds to 2^25 + 4, which has lost -1; 3 more rounds to 2^25 + 8, a tie to even, which has lost -1 again.
    expect(values(merged)).toEqual([2 ** 25 + 8, -2]);
  });

  test('no values change nothing', () => {
    const metric = mean();
    expect(
      values(() => metric.result(metric.update(metric.update(metric.init(), { values: tf.scalar(3) }), { values: tf.zeros([0]) }))),
    ).toEqual([3]);
  });

  test('refuses weights of another shape', () => {
    tf.tidy(() => {
      expect(() => mean().update(mean().init(), { values: tf.ones([2, 3]), weights: tf.ones([3]) })).toThrow(
        'mean: expected weights of the shape of the values [2,3], got [3]. Pass one weight for each value.',
      );
    });
  });
});

describe('metrics', () => {
  test('say what each says by itself, with its type', () => {
    const both = metrics({ accuracy: accuracy(), f1: fBeta(3), matrix: confusionMatrix(3) });
    tf.tidy(() => {
      const result = both.result(both.merge(both.update(both.init(), classified(0, 5)), both.update(both.init(), masked(5, 12))));
      const matrix: tf.Tensor2D = result.matrix;
      const alone = confusionMatrix(3);
      const state = alone.update(alone.update(alone.init(), classified(0, 5)), masked(5, 12));
      expect([...matrix.dataSync()]).toEqual([...alone.result(state).dataSync()]);
      expect(Object.keys(result)).toEqual(['accuracy', 'f1', 'matrix']);
      expect(result.accuracy.rank + result.f1.rank).toBe(0);
    });
  });

  test('leave nothing behind when one refuses a batch', () => {
    const both = metrics({ accuracy: accuracy(), other: { ...accuracy(), update: () => expect.unreachable('refused') } });
    const [state, batch] = [both.init(), classified(0, 4)];
    const before = tf.memory().numTensors;
    expect(() => both.update(state, batch)).toThrow('refused');
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([state, { ...batch }] as never);
  });
});
