import { check } from '@kumiko/core';

/** Throws unless both lists have the same length, of at least `least`. */
export function checkLengths(symbol: string, first: ArrayLike<unknown>, second: ArrayLike<unknown>, least = 1): void {
  check(
    first.length === second.length && first.length >= least,
    symbol,
    () => `expected two lists of one length >= ${least}, got ${first.length} and ${second.length}. Pass one entry of each for each sample.`,
  );
}

/** Throws if a number is NaN, which no order has a place for. */
export function checkNumbers(symbol: string, what: string, numbers: ArrayLike<number>): void {
  const at = Array.prototype.findIndex.call(numbers, (value: number) => Number.isNaN(value));
  check(at < 0, symbol, () => `expected ${what} without NaN, got NaN at ${at}. Remove that sample, or repair what made it.`);
}

/** The indices of numbers, in the order that sorts them. */
export function sortedBy(numbers: ArrayLike<number>, order: 'rising' | 'falling'): Uint32Array {
  const indices = Uint32Array.from({ length: numbers.length }, (_, i) => i);
  const value = (i: number): number => numbers[i] as number;
  return order === 'rising' ? indices.sort((a, b) => compare(value(a), value(b))) : indices.sort((a, b) => compare(value(b), value(a)));
}

/** Not a difference: that of two infinities is NaN. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Weights, or 1 each. */
export function weightsOrOnes(symbol: string, weights: ArrayLike<number> | undefined, length: number): ArrayLike<number> {
  if (weights === undefined) return new Float64Array(length).fill(1);
  check(weights.length === length, symbol, () => `expected ${length} weights, got ${weights.length}. Pass one for each sample.`);
  return weights;
}
