import { checkLengths, checkNumbers, sortedBy } from './internal/samples.ts';

/** Pairs within the runs of equal entries of an ordered list. */
function tiedPairs(length: number, isSame: (i: number) => boolean): number {
  let pairs = 0;
  let run = 1;
  for (let i = 1; i <= length; i++) {
    if (i < length && isSame(i)) run++;
    else {
      pairs += (run * (run - 1)) / 2;
      run = 1;
    }
  }
  return pairs;
}

/** Sorts in place by merging, and says how many pairs stood in the wrong order. */
function sortCountingSwaps(values: Float64Array): number {
  let [from, to]: [Float64Array, Float64Array] = [values, new Float64Array(values.length)];
  let swaps = 0;
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      let [left, right] = [start, middle];
      for (let i = start; i < end; i++) {
        if (right >= end || (left < middle && (from[left] as number) <= (from[right] as number))) to[i] = from[left++] as number;
        else {
          swaps += middle - left;
          to[i] = from[right++] as number;
        }
      }
    }
    [from, to] = [to, from];
  }
  values.set(from);
  return swaps;
}

/**
 * Kendall's rank correlation tau-b, in [-1, 1]: `(concordant - discordant) / sqrt((pairs - ties in x) (pairs - ties in y))`.
 * On the host in float64, in O(n log n); NaN where either list is constant.
 *
 * @throws KumikoError when lengths differ, there are fewer than two numbers, or one is NaN
 * @example
 * kendall([1, 2, 3, 4], [1, 2, 4, 3]); // 0.6666666666666666, 5 pairs in order and 1 not
 * @see Knight, "A computer method for calculating Kendall's tau with ungrouped data", 1966; scipy's kendalltau
 */
export function kendall(first: ArrayLike<number>, second: ArrayLike<number>): number {
  checkLengths('kendall', first, second, 2);
  checkNumbers('kendall', 'numbers', first);
  checkNumbers('kendall', 'numbers', second);
  const size = first.length;
  // By the first list, and by the second where that is equal: sorted by the second, then stably by the first.
  const bySecond = sortedBy(second, 'rising');
  const order = sortedBy(
    Float64Array.from(bySecond, (i) => first[i] as number),
    'rising',
  ).map((i) => bySecond[i] as number);
  const x = Float64Array.from(order, (i) => first[i] as number);
  const y = Float64Array.from(order, (i) => second[i] as number);
  const tiedX = tiedPairs(size, (i) => x[i] === x[i - 1]);
  const tiedBoth = tiedPairs(size, (i) => x[i] === x[i - 1] && y[i] === y[i - 1]);
  const discordant = sortCountingSwaps(y);
  const tiedY = tiedPairs(size, (i) => y[i] === y[i - 1]);
  const pairs = (size * (size - 1)) / 2;
  // Two roots, as the product of two counts of pairs leaves the exact range soonest.
  return (pairs - tiedX - tiedY + tiedBoth - 2 * discordant) / Math.sqrt(pairs - tiedX) / Math.sqrt(pairs - tiedY);
}
