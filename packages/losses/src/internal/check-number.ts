import { check } from '@kumiko/core';

/** Refuses a number that is not above 0. */
export function checkPositive(symbol: string, name: string, value: number): void {
  check(value > 0 && value < Infinity, symbol, () => `expected ${name} > 0, got ${value}. Pass a positive number.`);
}

/** Refuses a number below 0. */
export function checkNotNegative(symbol: string, name: string, value: number): void {
  check(value >= 0 && value < Infinity, symbol, () => `expected ${name} >= 0, got ${value}. Pass 0 or a positive number.`);
}

/** Refuses a number outside [0, 1). */
export function checkShare(symbol: string, name: string, value: number): void {
  check(value >= 0 && value < 1, symbol, () => `expected ${name} in [0, 1), got ${value}. Pass for example 0.1.`);
}
