import { key, type Metric, type Tree } from '@kumiko/core';
import { metricContract } from '@kumiko/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { onEveryBackend } from './backends.fixture.ts';
import * as all from './index.ts';

const LABELS = [0, 1, 2, 2, 1, 0, 0, 2, 1, 1, 0, 2];
const PREDICTIONS = [0, 1, 1, 2, 1, 2, 0, 2, 0, 1, 0, 0];
const MASK = [1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1];

const labels = (from: number, to: number): tf.Tensor => tf.tensor1d(LABELS.slice(from, to), 'int32');
const mask = (from: number, to: number): tf.Tensor => tf.tensor1d(MASK.slice(from, to), 'bool');
const weights = (from: number, to: number): tf.Tensor => tf.add(tf.cos(tf.range(from, to)), 2);

/** Logits whose largest entry is at the prediction. */
const logits = (from: number, to: number): tf.Tensor =>
  tf.tensor2d(
    PREDICTIONS.slice(from, to).map((prediction) => [0, 1, 2].map((column) => (column === prediction ? 3 : column))),
    [to - from, 3],
  );

const classified = (from: number, to: number) => ({ predictions: logits(from, to), labels: labels(from, to) });
const masked = (from: number, to: number) => ({ ...classified(from, to), mask: mask(from, to) });
const probable = (from: number, to: number) => ({ predictions: tf.softmax(logits(from, to)), labels: labels(from, to) });
const binary = (from: number, to: number) => ({
  predictions: tf.sigmoid(tf.sin(tf.range(from, to))),
  labels: tf.cast(tf.greater(labels(from, to), 0), 'int32'),
});
const numbers = (from: number, to: number) => ({
  predictions: tf.add(tf.sin(tf.range(from, to)), 3),
  targets: tf.add(tf.cos(tf.mul(tf.range(from, to), 0.7)), 3),
});

interface Row {
  readonly make: () => Metric<Tree, never, unknown>;
  readonly batch: (from: number, to: number) => object;
  readonly tolerance?: number;
}

/** A row a case: the name of the export, then what is special. */
const ROWS: Record<string, Row> = {
  accuracy: { make: () => all.accuracy(), batch: classified },
  'accuracy with a mask': { make: () => all.accuracy(), batch: masked },
  binaryAccuracy: { make: () => all.binaryAccuracy(), batch: binary },
  binnedAuroc: { make: () => all.binnedAuroc(), batch: binary },
  brierScore: { make: () => all.brierScore(), batch: probable, tolerance: 1e-6 },
  cohenKappa: { make: () => all.cohenKappa(3), batch: classified },
  confusionMatrix: { make: () => all.confusionMatrix(3), batch: classified },
  'confusionMatrix with a mask': { make: () => all.confusionMatrix(3), batch: masked },
  diceScore: { make: () => all.diceScore(3), batch: masked },
  fBeta: { make: () => all.fBeta(3, { beta: 2 }), batch: classified },
  intersectionOverUnion: { make: () => all.intersectionOverUnion(3, { average: 'none' }), batch: classified },
  jaccard: { make: () => all.jaccard(3, { average: 'weighted' }), batch: classified },
  logLoss: { make: () => all.logLoss(), batch: probable, tolerance: 1e-6 },
  matthewsCorrelation: { make: () => all.matthewsCorrelation(3), batch: masked },
  mean: { make: () => all.mean(), batch: (from, to) => ({ values: tf.sin(tf.range(from, to)) }), tolerance: 1e-6 },
  'mean with weights': {
    make: () => all.mean(),
    batch: (from, to) => ({ values: tf.sin(tf.range(from, to)), weights: weights(from, to) }),
    tolerance: 1e-6,
  },
  meanAbsoluteErrorMetric: { make: () => all.meanAbsoluteErrorMetric(), batch: numbers, tolerance: 1e-6 },
  meanAbsolutePercentageErrorMetric: { make: () => all.meanAbsolutePercentageErrorMetric(), batch: numbers, tolerance: 1e-6 },
  meanSquaredErrorMetric: { make: () => all.meanSquaredErrorMetric(), batch: numbers, tolerance: 1e-6 },
  'meanSquaredErrorMetric with weights': {
    make: () => all.meanSquaredErrorMetric(),
    batch: (from, to) => ({ ...numbers(from, to), weights: weights(from, to) }),
    tolerance: 1e-6,
  },
  metrics: { make: () => all.metrics({ a: all.accuracy(), b: all.recall(3, { average: 'none' }) }), batch: classified },
  perClass: { make: () => all.perClass(3, () => all.binnedAuroc()), batch: probable },
  pearson: { make: () => all.pearson(), batch: numbers, tolerance: 1e-5 },
  perplexity: { make: () => all.perplexity(), batch: masked, tolerance: 1e-6 },
  precision: { make: () => all.precision(3), batch: classified },
  r2Score: { make: () => all.r2Score(), batch: numbers, tolerance: 1e-5 },
  recall: { make: () => all.recall(3, { average: 'none' }), batch: masked },
  rootMeanSquaredErrorMetric: { make: () => all.rootMeanSquaredErrorMetric(), batch: numbers, tolerance: 1e-6 },
  specificity: { make: () => all.specificity(3, { average: 'micro' }), batch: classified },
  topKAccuracy: { make: () => all.topKAccuracy(2), batch: masked },
};

onEveryBackend(() => {
  for (const [name, { make, batch, tolerance }] of Object.entries(ROWS)) {
    metricContract({ name, make, batch: batch as (from: number, to: number) => never, ...(tolerance === undefined ? {} : { tolerance }) });
  }
});

const SCORES = Object.freeze([0.1, 0.4, 0.35, 0.8]);
const TRUTH = Object.freeze([0, 0, 1, 1]);
const TEXTS = Object.freeze(['a b c d', 'e f']);
const REFERENCES = Object.freeze([Object.freeze(['a b c e']), Object.freeze(['e', 'f'])]);

/** Functions of the host: each a call with frozen arguments. */
const CALLS: Record<string, () => unknown> = {
  adjustedRandIndex: () => all.adjustedRandIndex(TRUTH, TRUTH),
  auroc: () => all.auroc(SCORES, TRUTH),
  averagePrecision: () => all.averagePrecision(SCORES, TRUTH),
  bleu: () => all.bleu(TEXTS, REFERENCES),
  bootstrapInterval: () => all.bootstrapInterval((indices) => indices[0] as number, 5, key(1)),
  calibrationError: () => all.calibrationError(SCORES, TRUTH),
  cer: () => all.cer(TEXTS, TEXTS),
  chrF: () => all.chrF(TEXTS, REFERENCES),
  classificationReport: () => all.classificationReport([SCORES, SCORES, SCORES, SCORES]),
  detectionMeanAveragePrecision: () => {
    const boxes = Object.freeze([Object.freeze([0, 0, 2, 2]), Object.freeze([1, 1, 3, 3])]);
    return all.detectionMeanAveragePrecision([{ boxes, classes: [0, 0], scores: SCORES.slice(2) }], [{ boxes, classes: [0, 1] }]);
  },
  formatClassificationReport: () => all.formatClassificationReport(Object.freeze(all.classificationReport([[1]]))),
  hitRate: () => all.hitRate([SCORES], [TRUTH]),
  kendall: () => all.kendall(SCORES, TRUTH),
  meanAveragePrecision: () => all.meanAveragePrecision([SCORES], [TRUTH]),
  meanReciprocalRank: () => all.meanReciprocalRank([SCORES], [TRUTH]),
  multiclassAuroc: () => all.multiclassAuroc([SCORES, TRUTH, SCORES, TRUTH], [0, 1, 2, 3]),
  ndcg: () => all.ndcg([SCORES], [TRUTH]),
  normalizedMutualInformation: () => all.normalizedMutualInformation(TRUTH, TRUTH),
  precisionRecallCurve: () => all.precisionRecallCurve(SCORES, TRUTH),
  rocCurve: () => all.rocCurve(SCORES, TRUTH),
  rougeL: () => all.rougeL('a b', 'a c'),
  rougeN: () => all.rougeN('a b', 'a c', 1),
  silhouette: () => all.silhouette([SCORES, TRUTH, SCORES, TRUTH], TRUTH),
  spearman: () => all.spearman(SCORES, TRUTH),
  wer: () => all.wer(TEXTS, TEXTS),
};

describe('functions of the host', () => {
  test.each(Object.keys(CALLS))('%s changes no argument, keeps no state and touches no tensor', (name) => {
    const before = tf.memory().numTensors;
    const call = CALLS[name] as () => unknown;
    const first = call();
    expect(first).toBeDefined();
    expect(call()).toEqual(first);
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** Functions of tensors without a state; their tests stand in image-metrics.test.ts. */
const PLAIN = ['psnr', 'ssim'];

test('every export has a row', () => {
  const rows = [...Object.keys(ROWS).map((name) => name.split(' ')[0]), ...Object.keys(CALLS), ...PLAIN];
  expect(new Set(rows)).toEqual(new Set(Object.keys(all)));
});
