/** A middle value and how far the middle half of the samples lies around it. */
export interface Spread {
  readonly median: number;
  /** First quartile. */
  readonly low: number;
  /** Third quartile. */
  readonly high: number;
}

/**
 * A quantile, interpolated between the two samples next to it (the definition of R-7 and NumPy).
 *
 * @param samples in any order
 * @param q in [0, 1]
 * @throws RangeError when there is no sample, or q lies outside of [0, 1]
 */
export function quantile(samples: readonly number[], q: number): number {
  if (samples.length === 0 || !(q >= 0 && q <= 1))
    throw new RangeError(`quantile: expected samples and q in [0, 1], got ${samples.length} and ${q}.`);
  const sorted = samples.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)]!;
  const above = sorted[Math.ceil(position)]!;
  return below + (above - below) * (position - Math.floor(position));
}

/** The median and the quartiles of samples. */
export function spread(samples: readonly number[]): Spread {
  return { median: quantile(samples, 0.5), low: quantile(samples, 0.25), high: quantile(samples, 0.75) };
}

/**
 * How many times longer `theirs` took than `ours`, round by round: the samples of a round were taken next to each other, so that what
 * slows the machine down slows both. Above 1, ours is faster.
 *
 * @throws RangeError when the two have not the same number of rounds
 */
export function ratio(theirs: readonly number[], ours: readonly number[]): Spread {
  if (theirs.length !== ours.length)
    throw new RangeError(`ratio: expected as many rounds of both, got ${theirs.length} and ${ours.length}.`);
  return spread(theirs.map((time, round) => time / ours[round]!));
}
