import { check } from '@kumiko/core';
import { checkK, meanOfQueries, queriesOf, type Query } from './internal/queries.ts';
import { sortedBy } from './internal/samples.ts';

/** Options of {@link ndcg}. */
export interface NdcgOptions {
  /** How many places count, an integer >= 1. Default: all. */
  readonly k?: number;
  /** What a relevance r is worth: r (`'linear'`, the default) or 2^r - 1 (`'exponential'`). */
  readonly gain?: 'linear' | 'exponential';
}

/** Gains weighed by `1 / log2(place + 1)` in the order of the scores; equal scores share the mean of their gains. */
function discountedGain(scores: ArrayLike<number>, gains: Float64Array, k: number): number {
  const order = sortedBy(scores, 'falling');
  let sum = 0;
  for (let from = 0; from < order.length;) {
    let [to, gain, discount] = [from, 0, 0];
    for (; to < order.length && scores[order[to] as number] === scores[order[from] as number]; to++) {
      gain += gains[order[to] as number] as number;
      if (to < k) discount += 1 / Math.log2(to + 2);
    }
    sum += (gain * discount) / (to - from);
    from = to;
  }
  return sum;
}

/**
 * Normalised discounted cumulative gain, the mean over queries, in [0, 1]: `sum_places gain / log2(place + 1)` of the first `k`,
 * divided by that of the best order. Equal scores share the mean of their gains. A query without anything relevant counts as 0.
 * On the host in float64.
 *
 * @param scores for each query, the score of each document; larger comes first
 * @param relevances for each query, how relevant each document is, >= 0
 * @param options `k` (default: all) and `gain` (`'linear'` or `'exponential'`)
 * @throws KumikoError when lengths differ, a number is NaN, a relevance is negative, or an option is wrong
 * @example
 * ndcg([[3, 2, 1]], [[0, 1, 0]]); // 0.6309297535714575, that is 1 / log2(3)
 * @see Jarvelin and Kekalainen, "Cumulated gain-based evaluation of IR techniques", 2002; scikit-learn's ndcg_score
 */
export function ndcg(scores: readonly ArrayLike<number>[], relevances: readonly ArrayLike<number>[], options: NdcgOptions = {}): number {
  const { k = Infinity, gain = 'linear' } = options;
  checkK('ndcg', k);
  check(
    gain === 'linear' || gain === 'exponential',
    'ndcg',
    () => `expected gain to be 'linear' or 'exponential', got '${String(gain)}'. Pass one of these.`,
  );
  const queries = queriesOf('ndcg', scores, relevances);
  return meanOfQueries(queries, (query: Query) => {
    const gains = Float64Array.from(query.relevances, (relevance) => (gain === 'linear' ? relevance : 2 ** relevance - 1));
    const negative = gains.find((value) => value < 0);
    check(negative === undefined, 'ndcg', () => `expected relevances >= 0, got a gain of ${negative}. Pass 0 for what is not relevant.`);
    const best = discountedGain(query.relevances, gains, k);
    return best === 0 ? 0 : discountedGain(query.scores, gains, k) / best;
  });
}
