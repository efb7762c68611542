import { check } from '@kumiko/core';

/** Throws unless an option is a whole number of at least 1. */
export function checkPositiveInteger(symbol: string, option: string, value: number): void {
  check(
    Number.isInteger(value) && value >= 1,
    symbol,
    () => `expected ${option} to be a whole number of at least 1, got ${value}. Pass a positive integer.`,
  );
}
