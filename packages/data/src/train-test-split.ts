import { check, type Key } from '@kumiko/core';
import type { Rows } from './rows.ts';
import { stratifiedSplit } from './stratified-split.ts';
import { subset } from './subset.ts';

/** Options of {@link trainTestSplit}. */
export interface TrainTestSplitOptions {
  /** The share of the test part, in (0, 1); default 0.25. */
  readonly testFraction?: number;
  /** The class of each row, to give both parts their share of each. Default: rows are drawn without regard to classes. */
  readonly labels?: ArrayLike<number | string>;
}

/**
 * Splits rows at random into a part to train on and a part to test on, both in the order of the rows.
 *
 * @throws KumikoError when the fraction is out of range, leaves a part empty, there are not as many labels as rows, or the rows are shuffled
 * @example
 * const labels = Int32Array.from({ length: 100 }, (_, i) => i % 10);
 * const [train, test] = trainTestSplit(fromArrays({ label: labels }), key(0), { testFraction: 0.2, labels });
 * [train.length, test.length]; // [80, 20]
 */
export function trainTestSplit<T>(rows: Rows<T>, key: Key, options: TrainTestSplitOptions = {}): [train: Rows<T>, test: Rows<T>] {
  const { testFraction = 0.25, labels = new Uint8Array(rows.length) } = options;
  check(
    testFraction > 0 && testFraction < 1,
    'trainTestSplit',
    () => `expected testFraction in (0, 1), got ${testFraction}. Pass for example 0.2.`,
  );
  check(
    labels.length === rows.length,
    'trainTestSplit',
    () => `expected ${rows.length} labels, got ${labels.length}. Pass the class of each row.`,
  );
  const [train, test] = stratifiedSplit(labels, [1 - testFraction, testFraction], key).map((indices) => subset(rows, indices)) as [
    Rows<T>,
    Rows<T>,
  ];
  check(
    train.length > 0 && test.length > 0,
    'trainTestSplit',
    () =>
      `expected enough rows for two parts, got ${train.length} to train and ${test.length} to test. Pass more rows or another testFraction.`,
  );
  return [train, test];
}
