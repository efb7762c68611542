import { describe, expect, test } from 'vitest';
import golden from '../../../fixtures/metrics/scores.json' with { type: 'json' };
import { hitRate } from './hit-rate.ts';
import { meanAveragePrecision } from './mean-average-precision.ts';
import { meanReciprocalRank } from './mean-reciprocal-rank.ts';
import { ndcg } from './ndcg.ts';

const { scores, relevances, hits, ...expected } = golden.ranking;

describe('ndcg', () => {
  test.each(expected.ndcg)('is that of scikit-learn, with ties, at $k', ({ k, value }) => {
    expect(ndcg(scores, relevances, { k })).toBeCloseTo(value, 12);
  });

  test('is that of scikit-learn for exponential gains', () => {
    expect(ndcg(scores, relevances, { k: 5, gain: 'exponential' })).toBeCloseTo(expected.exponentialNdcg, 12);
  });

  test('counts every place unless told, and 0 where nothing is relevant', () => {
    expect(ndcg(scores, relevances)).toBeCloseTo(expected.ndcg.at(-1)?.value as number, 12);
    expect(
      ndcg(
        [
          [1, 2],
          [1, 2],
        ],
        [
          [0, 0],
          [0, 1],
        ],
      ),
    ).toBe(0.5);
  });

  test('refuses bad input', () => {
    expect(() => ndcg([[1]], [[-1]])).toThrow('ndcg: expected relevances >= 0, got a gain of -1. Pass 0 for what is not relevant.');
    expect(() => ndcg([[1]], [[1]], { gain: 'log' as 'linear' })).toThrow(
      "ndcg: expected gain to be 'linear' or 'exponential', got 'log'.",
    );
    expect(() => ndcg([[1]], [[1]], { k: 0 })).toThrow('ndcg: expected k to be an integer >= 1, got 0. Pass how many places count.');
    expect(() => ndcg([[1, 2]], [[1]])).toThrow('ndcg: expected two lists of one length >= 1, got 2 and 1.');
    expect(() => ndcg([], [])).toThrow('ndcg: expected two lists of one length >= 1, got 0 and 0.');
    expect(() => ndcg([[NaN]], [[1]])).toThrow('ndcg: expected scores without NaN, got NaN at 0.');
  });
});

test('meanAveragePrecision is the mean of that of scikit-learn, and 0 where nothing is relevant', () => {
  expect(meanAveragePrecision(scores, hits)).toBeCloseTo(expected.meanAveragePrecision, 12);
  expect(
    meanAveragePrecision(
      [
        [1, 2],
        [1, 2],
      ],
      [
        [0, 0],
        [0, 1],
      ],
    ),
  ).toBe(0.5);
  expect(() => meanAveragePrecision([[1]], [[2]])).toThrow('meanAveragePrecision: expected labels 0 and 1, got 2.');
});

describe('meanReciprocalRank and hitRate', () => {
  // Places of the first relevant: 2 (behind the 9), 3 (the relevant of the two 5s stands behind the other), none.
  const ours = [
    [9, 7, 1, 8.5],
    [5, 5, 9, 0],
    [1, 2, 3, 4],
  ];
  const theirs = [
    [0, 1, 0, 1],
    [2, 0, 0, 1],
    [0, 0, 0, 0],
  ];

  test('by hand', () => {
    expect(meanReciprocalRank(ours, theirs)).toBeCloseTo((1 / 2 + 1 / 3) / 3, 15);
    expect(meanReciprocalRank(ours, theirs, { k: 2 })).toBeCloseTo(1 / 2 / 3, 15);
    expect([1, 2, 3].map((k) => hitRate(ours, theirs, { k }))).toEqual([0, 1 / 3, 2 / 3]);
    expect(hitRate(ours, theirs)).toBe(2 / 3);
  });

  test('equal relevant documents do not push each other back', () => {
    expect(meanReciprocalRank([[1, 1, 0]], [[1, 1, 0]])).toBe(1);
  });

  test('refuse bad input', () => {
    expect(() => meanReciprocalRank(ours, theirs, { k: 1.5 })).toThrow('meanReciprocalRank: expected k to be an integer >= 1, got 1.5.');
    expect(() => hitRate(ours, theirs, { k: NaN })).toThrow('hitRate: expected k to be an integer >= 1, got NaN.');
    expect(() => hitRate(ours, [])).toThrow('hitRate: expected two lists of one length >= 1, got 3 and 0.');
  });
});
