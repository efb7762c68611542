import type { Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** Values with their shape, as the golden files hold them. */
export interface PackedTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** How far a value may lie from what was expected: `|actual - expected| <= absolute + relative * |expected|`. */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

/** Of float32 results against float64 goldens, behind at most a few hundred additions of numbers around 1. */
export const FLOAT32_TOLERANCE: Tolerance = { absolute: 2e-6, relative: 5e-6 };

/**
 * Fails unless a tensor has that shape and those values, within a tolerance. NaN equals NaN.
 *
 * @example
 * expectTensor(tf.tensor1d([1, 2]), { shape: [2], values: [1, 2] });
 */
export function expectTensor(actual: Tensor, expected: PackedTensor, { absolute, relative }: Tolerance = FLOAT32_TOLERANCE): void {
  expect(actual.shape).toEqual(expected.shape);
  const values = [...actual.dataSync()];
  const far = values.flatMap((value, i) => {
    const wanted = expected.values[i] as number;
    const close = Object.is(value, wanted) || Math.abs(value - wanted) <= absolute + relative * Math.abs(wanted);
    return close ? [] : [`at ${i}: expected ${wanted}, got ${value}`];
  });
  expect(far).toEqual([]);
}
