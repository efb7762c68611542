import { check } from '@kumiko/core';

/** Throws unless an epsilon is above 0. */
export function checkEpsilon(symbol: string, epsilon: number): void {
  check(epsilon > 0 && Number.isFinite(epsilon), symbol, () => `expected epsilon > 0, got ${epsilon}. Pass for example 0.001.`);
}
