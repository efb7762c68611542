import { checkK, firstHit, meanOfQueries, queriesOf } from './internal/queries.ts';

/** Options of {@link meanReciprocalRank} and `hitRate`. */
export interface RankOptions {
  /** How many places count, an integer >= 1. Default: all. */
  readonly k?: number;
}

/**
 * The mean over queries of `1 / place` of the first relevant document, in [0, 1]; 0 for a query that has none among the first `k`.
 * A document stands behind all others of its score that are not relevant, so that constant scores win nothing. On the host in float64.
 *
 * @param scores for each query, the score of each document; larger comes first
 * @param relevances for each query and document: relevant where > 0
 * @param options `k` (default: all)
 * @throws KumikoError when lengths differ, a number is NaN, or `k` is wrong
 * @example
 * meanReciprocalRank([[3, 2, 1], [3, 2, 1]], [[0, 1, 0], [1, 0, 0]]); // 0.75, the mean of 1/2 and 1
 * @see Voorhees, "The TREC-8 question answering track report", 1999
 */
export function meanReciprocalRank(
  scores: readonly ArrayLike<number>[],
  relevances: readonly ArrayLike<number>[],
  options: RankOptions = {},
): number {
  const { k = Infinity } = options;
  checkK('meanReciprocalRank', k);
  return meanOfQueries(queriesOf('meanReciprocalRank', scores, relevances), (query) => {
    const place = firstHit(query);
    return place <= k ? 1 / place : 0;
  });
}
