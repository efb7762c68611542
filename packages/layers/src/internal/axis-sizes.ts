import { check } from '@kumiko/core';
import { checkPositiveInteger } from './check-positive-integer.ts';

/**
 * The sizes of an option, one an axis.
 *
 * @throws KumikoError when there are not `rank` of them or one is not a whole number of at least 1
 */
export function axisSizes(symbol: string, option: string, size: number | readonly number[], rank: number): number[] {
  const sizes = typeof size === 'number' ? Array.from({ length: rank }, () => size) : [...size];
  check(
    sizes.length === rank,
    symbol,
    () => `expected ${option} to be one number or ${rank}, got ${sizes.length} of them. Pass one for each axis, or one for all.`,
  );
  for (const one of sizes) checkPositiveInteger(symbol, option, one);
  return sizes;
}
