import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import golden from '../../../fixtures/metrics/scores.json' with { type: 'json' };
import { binaryAccuracy } from './binary-accuracy.ts';
import { binnedAuroc } from './binned-auroc.ts';
import { perClass } from './per-class.ts';

beforeAll(() => tf.setBackend('cpu'));

const { scores, labels, perClass: expected } = golden.multiclass;
const batch = { predictions: tf.tensor2d(scores), labels: tf.tensor1d(labels, 'int32') };

test('every class against the rest, as in scikit-learn', () => {
  const metric = perClass(4, () => binnedAuroc({ bins: 10 }));
  const areas = metric.result(metric.update(metric.init(), batch)).map((area) => area.dataSync()[0] as number);
  areas.forEach((area, k) => expect(area).toBeCloseTo(expected[k] as number, 6));
  expect(areas).toHaveLength(4);
});

test('knows which class each metric is of, and passes on what else the batch holds', () => {
  // Above 0.5 for class 0 and above 0 for class 1, without the last sample.
  const metric = perClass(2, (one) => binaryAccuracy({ threshold: one === 0 ? 0.5 : 0 }));
  const predictions = tf.tensor2d([[0.6, 0.1], [0.4, 0.1], [0.9, 0.9]]); // prettier-ignore
  const labelled = { predictions, labels: tf.tensor1d([0, 1, 1], 'int32'), mask: tf.tensor1d([1, 1, 0]) };
  expect(metric.result(metric.update(metric.init(), labelled)).map((share) => share.dataSync()[0])).toEqual([1, 0.5]);
});

test('says what is wrong, and keeps nothing of a batch that it refuses', () => {
  expect(() => perClass(0, () => binnedAuroc())).toThrow('perClass: expected classes to be an integer >= 1, got 0. ');
  const metric = perClass(3, () => binnedAuroc());
  const state = metric.init();
  const before = tf.memory().numTensors;
  expect(() => metric.update(state, batch)).toThrow(
    'perClass: expected predictions [samples,3] and labels [samples], got [40,4] and [40]. ',
  );
  expect(tf.memory().numTensors).toBe(before);
});
