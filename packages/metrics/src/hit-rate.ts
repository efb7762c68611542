import { checkK, firstHit, meanOfQueries, queriesOf } from './internal/queries.ts';
import type { RankOptions } from './mean-reciprocal-rank.ts';

/**
 * The share of queries with a relevant document among the first `k`, in [0, 1].
 * A document stands behind all others of its score that are not relevant, so that constant scores win nothing. On the host.
 *
 * @param scores for each query, the score of each document; larger comes first
 * @param relevances for each query and document: relevant where > 0
 * @param options `k` (default: all)
 * @throws KumikoError when lengths differ, a number is NaN, or `k` is wrong
 * @example
 * hitRate([[3, 2, 1], [3, 2, 1]], [[0, 0, 1], [1, 0, 0]], { k: 2 }); // 0.5
 * @see Deshpande and Karypis, "Item-based top-N recommendation algorithms", 2004, section 4.2
 */
export function hitRate(scores: readonly ArrayLike<number>[], relevances: readonly ArrayLike<number>[], options: RankOptions = {}): number {
  const { k = Infinity } = options;
  checkK('hitRate', k);
  return meanOfQueries(queriesOf('hitRate', scores, relevances), (query) => {
    const place = firstHit(query);
    return place <= k && place < Infinity ? 1 : 0;
  });
}
