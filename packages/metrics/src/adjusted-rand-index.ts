import { contingencyOf } from './internal/contingency.ts';

function pairsOf(counts: Iterable<number>): number {
  let pairs = 0;
  for (const count of counts) pairs += (count * (count - 1)) / 2;
  return pairs;
}

/**
 * The adjusted Rand index of two groupings, at most 1, which is the same grouping under any names; about 0 for random ones:
 * `(together - expected) / (mean - expected)`, over the pairs of samples that are together in both, and in either. On the host in float64.
 *
 * @param first the group of each sample
 * @param second the group of each sample in the other grouping
 * @throws KumikoError when lengths differ, or there are no samples
 * @example
 * adjustedRandIndex([0, 0, 1, 1], [0, 0, 1, 2]); // 0.5714285714285715
 * @see Hubert and Arabie, "Comparing partitions", 1985; scikit-learn's adjusted_rand_score
 */
export function adjustedRandIndex(first: ArrayLike<number>, second: ArrayLike<number>): number {
  const { samples, pairs, first: ours, second: theirs } = contingencyOf('adjustedRandIndex', first, second);
  const together = pairsOf(pairs.map(({ count }) => count));
  const [a, b] = [pairsOf(ours.values()), pairsOf(theirs.values())];
  const all = (samples * (samples - 1)) / 2;
  // All apart or all together in both: the same grouping, and no pair to expect by chance.
  if (all === 0 || (a === b && (a === 0 || a === all))) return 1;
  const expected = (a / all) * b;
  return (together - expected) / ((a + b) / 2 - expected);
}
