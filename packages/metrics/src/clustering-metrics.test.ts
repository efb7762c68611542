import { describe, expect, test } from 'vitest';
import golden from '../../../fixtures/metrics/scores.json' with { type: 'json' };
import { adjustedRandIndex } from './adjusted-rand-index.ts';
import { normalizedMutualInformation } from './normalized-mutual-information.ts';
import { silhouette } from './silhouette.ts';

const { points, labels, others, ...expected } = golden.clusters;

test('are those of scikit-learn', () => {
  expect(silhouette(points, labels)).toBeCloseTo(expected.silhouette, 12);
  expect(adjustedRandIndex(labels, others)).toBeCloseTo(expected.adjustedRandIndex, 12);
  expect(normalizedMutualInformation(labels, others)).toBeCloseTo(expected.normalizedMutualInformation, 12);
});

describe('groupings', () => {
  test('are the same under any names, and in any order', () => {
    const renamed = others.map((group) => 7 - 2 * group);
    for (const index of [adjustedRandIndex, normalizedMutualInformation]) {
      expect(index(others, renamed)).toBeCloseTo(1, 15);
      expect(index(others, labels)).toBeCloseTo(index(labels, others), 15);
    }
  });

  test('of one group, and of one sample each', () => {
    for (const index of [adjustedRandIndex, normalizedMutualInformation]) {
      expect(index([5], [3])).toBe(1);
      expect(index([0, 0, 0], [1, 1, 1])).toBe(1);
      expect(index([0, 1, 2], [2, 0, 1])).toBeCloseTo(1, 15);
      expect(index([0, 0, 0], [0, 1, 2])).toBe(0);
      expect(() => index([], [])).toThrow(`${index.name}: expected two lists of one length >= 1, got 0 and 0.`);
      expect(() => index([1], [1, 2])).toThrow(`${index.name}: expected two lists of one length >= 1, got 1 and 2.`);
    }
  });

  test('adjustedRandIndex may be negative', () => {
    // No pair is together in both; (2 * 2) / 6 = 2/3 are expected: (0 - 2/3) / (2 - 2/3) = -1/2.
    expect(adjustedRandIndex([0, 0, 1, 1], [0, 1, 0, 1])).toBeCloseTo(-0.5, 15);
  });
});

describe('silhouette', () => {
  test('is 0 for a point alone, and for points that are all equal', () => {
    // Points 0 and 2 have a = 2, b = 10 and 8: 8/10 and 6/8; the third is alone: (0.8 + 0.75 + 0) / 3.
    expect(silhouette([[0], [2], [10]], [0, 0, 1])).toBeCloseTo(1.55 / 3, 15);
    expect(
      silhouette(
        [
          [1, 1],
          [1, 1],
          [1, 1],
        ],
        [0, 0, 1],
      ),
    ).toBe(0);
  });

  test('refuses what has no groups', () => {
    expect(() => silhouette([[1], [2]], [0, 0])).toThrow('silhouette: expected 2 to 1 groups of 2 points, got 1. Group them otherwise.');
    expect(() => silhouette([[1], [2], [3]], [0, 1, 2])).toThrow('silhouette: expected 2 to 2 groups of 3 points, got 3.');
    expect(() => silhouette([[1], [2, 3], [4]], [0, 0, 1])).toThrow('silhouette: expected points of one length, got 1 and 2 coordinates.');
    expect(() => silhouette([[1]], [])).toThrow('silhouette: expected two lists of one length >= 1, got 1 and 0.');
  });
});
