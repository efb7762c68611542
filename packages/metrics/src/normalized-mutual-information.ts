import { contingencyOf } from './internal/contingency.ts';

function entropy(counts: Iterable<number>, samples: number): number {
  let sum = 0;
  for (const count of counts) sum -= (count / samples) * Math.log(count / samples);
  return sum;
}

/**
 * How much two groupings say about each other, in [0, 1]: their mutual information divided by the mean of their entropies.
 * 1 is the same grouping under any names, also if it is one group; not adjusted for chance. On the host in float64.
 *
 * @param first the group of each sample
 * @param second the group of each sample in the other grouping
 * @throws KumikoError when lengths differ, or there are no samples
 * @example
 * normalizedMutualInformation([0, 0, 1, 1], [0, 0, 1, 2]); // 0.8
 * @see Strehl and Ghosh, "Cluster ensembles", 2002; scikit-learn's normalized_mutual_info_score (arithmetic mean)
 */
export function normalizedMutualInformation(first: ArrayLike<number>, second: ArrayLike<number>): number {
  const { samples, pairs, first: ours, second: theirs } = contingencyOf('normalizedMutualInformation', first, second);
  if (ours.size === 1 && theirs.size === 1) return 1;
  let information = 0;
  for (const { first: a, second: b, count } of pairs) {
    information += (count / samples) * Math.log((count * samples) / ((ours.get(a) as number) * (theirs.get(b) as number)));
  }
  const mean = (entropy(ours.values(), samples) + entropy(theirs.values(), samples)) / 2;
  return Math.min(1, Math.max(0, information / mean));
}
