/** More parts than any pool has threads, few enough that claiming them costs nothing. */
const MOST_PARTS = 64;

/**
 * Into how many parts work is split for `host.parallel`: as many as there are items, unless a part would fall below `least` units of cost.
 * It depends on the problem alone and never on the number of threads, so that neither do the bits of the result.
 *
 * @param items indivisible pieces of work
 * @param cost of all of them together, in any unit
 * @param least the cost that repays handing a part to another thread, about 50 us
 * @returns an integer in [1, 64]
 * @example
 * splitWork(10, 1000, 400); // 2
 */
export function splitWork(items: number, cost: number, least: number): number {
  return Math.max(1, Math.min(items, MOST_PARTS, Math.floor(cost / least)));
}

/** Multiply-adds of a matrix product that repay a part: about 65 us. */
export const LEAST_PRODUCTS = 2 ** 21;

/** Floats copied or added once that repay a part. */
export const LEAST_FLOATS = 2 ** 16;
