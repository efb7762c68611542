import { key } from '@kumiko/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromArrays } from './from-arrays.ts';
import { shuffle } from './shuffle.ts';
import { stratifiedSplit } from './stratified-split.ts';
import { trainTestSplit } from './train-test-split.ts';

describe('stratifiedSplit', () => {
  test('gives each part its share of each class', () => {
    const labels = [0, 0, 0, 0, 1, 1, 1, 1, 'a', 'a', 'a', 'a'];
    const [train, test] = stratifiedSplit(labels, [0.75, 0.25], key(0)) as [Int32Array, Int32Array];
    for (const label of [0, 1, 'a']) {
      expect([...train].filter((i) => labels[i] === label)).toHaveLength(3);
      expect([...test].filter((i) => labels[i] === label)).toHaveLength(1);
    }
  });

  test('parts are disjoint, complete, ascending and within one row of their share', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), fc.nat(), (labels, tenths, seed) => {
        const fraction = tenths / 10;
        const [a, b] = stratifiedSplit(labels, [fraction, 1 - fraction], key(seed)) as [Int32Array, Int32Array];
        expect([...a, ...b].sort((x, y) => x - y)).toEqual(labels.map((_, i) => i));
        expect([...a]).toEqual([...a].sort((x, y) => x - y));
        expect(Math.abs(a.length - fraction * labels.length)).toBeLessThan(0.51);
        for (const label of new Set(labels)) {
          const share = fraction * labels.filter((other) => other === label).length;
          expect(Math.abs([...a].filter((i) => labels[i] === label).length - share)).toBeLessThan(1.01);
        }
      }),
    );
  });

  test('follows the key', () => {
    const labels = new Int32Array(100);
    const split = (seed: number): string => String(stratifiedSplit(labels, [0.5, 0.3, 0.2], key(seed)).map((part) => part.join()));
    expect(split(1)).toBe(split(1));
    expect(split(1)).not.toBe(split(2));
    expect(stratifiedSplit(labels, [0.5, 0.3, 0.2], key(1)).map((part) => part.length)).toEqual([50, 30, 20]);
  });

  test.each([[[0.5, 0.4]], [[1.5, -0.5]], [[]]])('refuses the fractions %j', (fractions) => {
    expect(() => stratifiedSplit([0, 1], fractions, key(0))).toThrow(
      `stratifiedSplit: expected fractions > 0 that add up to 1, got [${fractions.join(', ')}]. Pass for example [0.8, 0.2].`,
    );
  });
});

describe('trainTestSplit', () => {
  const rows = fromArrays(Int32Array.from({ length: 20 }, (_, i) => i));
  const numbers = (part: typeof rows): number[] => Array.from(part.order(0), (i) => part.row(i).value);

  test('cuts the rows in two', () => {
    const [train, test] = trainTestSplit(rows, key(0));
    expect([train.length, test.length]).toEqual([15, 5]);
    expect([...numbers(train), ...numbers(test)].sort((a, b) => a - b)).toEqual(numbers(rows));
    expect(trainTestSplit(rows, key(0), { testFraction: 0.1 })[1].length).toBe(2);
  });

  test('keeps the share of each class', () => {
    // 16 of class 0 and 4 of class 1: a quarter is 4 and 1.
    const labels = Int32Array.from({ length: 20 }, (_, i) => (i % 5 === 0 ? 1 : 0));
    const [, test] = trainTestSplit(rows, key(3), { labels });
    expect(numbers(test).filter((i) => labels[i] === 1)).toHaveLength(1);
    expect(test.length).toBe(5);
  });

  test('refuses what cannot be split', () => {
    expect(() => trainTestSplit(rows, key(0), { testFraction: 1 })).toThrow(
      'trainTestSplit: expected testFraction in (0, 1), got 1. Pass for example 0.2.',
    );
    expect(() => trainTestSplit(rows, key(0), { labels: [1] })).toThrow(
      'trainTestSplit: expected 20 labels, got 1. Pass the class of each row.',
    );
    expect(() => trainTestSplit(fromArrays(new Int32Array(1)), key(0))).toThrow(
      'trainTestSplit: expected enough rows for two parts, got 1 to train and 0 to test. Pass more rows or another testFraction.',
    );
    expect(() => trainTestSplit(shuffle(rows, key(0)), key(0))).toThrow('subset: expected rows in a fixed order');
  });
});
