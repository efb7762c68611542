import { check } from '@kumiko/core';

/** Refuses a rate outside of [0, 1). */
export function checkRate(symbol: string, rate: number): void {
  check(rate >= 0 && rate < 1, symbol, () => `expected a rate in [0, 1), got ${rate}. Pass the share that is dropped.`);
}
