import { precisionRecallOf, stepSum } from './internal/precision-recall.ts';
import { meanOfQueries, queriesOf } from './internal/queries.ts';

/**
 * The mean over queries of the average precision of their rankings, in [0, 1]; a query without anything relevant counts as 0.
 * Documents of equal score come together, as in {@link averagePrecision}. On the host in float64.
 *
 * @param scores for each query, the score of each document; larger comes first
 * @param relevances for each query and document: 1 where relevant, else 0
 * @throws KumikoError when lengths differ, a number is NaN, or a relevance is neither 0 nor 1
 * @example
 * meanAveragePrecision([[3, 2, 1], [3, 2, 1]], [[1, 0, 1], [0, 1, 0]]); // 0.6666666666666666, the mean of (1 + 2/3) / 2 and 1/2
 * @see Manning et al., "Introduction to information retrieval", 2008, section 8.4; scikit-learn's average_precision_score
 */
export function meanAveragePrecision(scores: readonly ArrayLike<number>[], relevances: readonly ArrayLike<number>[]): number {
  return meanOfQueries(queriesOf('meanAveragePrecision', scores, relevances), (query) => {
    if (Array.from(query.relevances).every((relevance) => relevance === 0)) return 0;
    return stepSum(precisionRecallOf('meanAveragePrecision', query.scores, query.relevances, {}));
  });
}
