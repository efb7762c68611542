import { check, generator, type Key } from '@kumiko/core';

/** What {@link bootstrapInterval} says. */
export interface BootstrapInterval {
  /** The statistic of the samples as they are. */
  readonly estimate: number;
  /** The lower end of the interval. */
  readonly lower: number;
  /** The upper end of the interval. */
  readonly upper: number;
  /** The standard deviation of the statistic over the resamples. */
  readonly standardError: number;
}

/** Options of {@link bootstrapInterval}. */
export interface BootstrapIntervalOptions {
  /** How often the samples are drawn anew, an integer >= 2. Default 1000. */
  readonly resamples?: number;
  /** How likely the interval is to hold the true value, in (0, 1). Default 0.95. */
  readonly confidence?: number;
}

/** A quantile of sorted numbers, linear between them (type 7 of Hyndman and Fan). */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
  return low + (high - low) * (place - Math.floor(place));
}

/**
 * How uncertain a metric of a finite set is: its value, and the percentile interval of its values when as many samples are drawn
 * from them with replacement, again and again. The key decides the draws, so the interval is the same everywhere.
 *
 * @param statistic the metric of the samples at these indices, which may repeat; it must not keep the array
 * @param samples how many samples there are, an integer >= 1
 * @param key decides the draws
 * @param options `resamples` (default 1000) and `confidence` (default 0.95)
 * @throws KumikoError when a number is out of range, or the statistic is NaN for a resample
 * @example
 * const errors = [1, 2, 3, 4, 5];
 * const mean = (indices: Int32Array) => indices.reduce((sum, i) => sum + (errors[i] ?? 0), 0) / indices.length;
 * bootstrapInterval(mean, errors.length, key(7)).estimate; // 3
 * @see Efron and Tibshirani, "An introduction to the bootstrap", 1993, section 13.3
 */
export function bootstrapInterval(
  statistic: (indices: Int32Array) => number,
  samples: number,
  key: Key,
  options: BootstrapIntervalOptions = {},
): BootstrapInterval {
  const { resamples = 1000, confidence = 0.95 } = options;
  const atLeast = (what: string, value: number, least: number): void =>
    check(
      Number.isInteger(value) && value >= least,
      'bootstrapInterval',
      () => `expected ${what} to be an integer >= ${least}, got ${value}. Pass how many there are.`,
    );
  atLeast('samples', samples, 1);
  atLeast('resamples', resamples, 2);
  check(
    confidence > 0 && confidence < 1,
    'bootstrapInterval',
    () => `expected confidence in (0, 1), got ${confidence}. Pass 0.95 for an interval of 95 %.`,
  );
  const estimate = statistic(Int32Array.from({ length: samples }, (_, i) => i));
  const random = generator(key);
  const values = Float64Array.from({ length: resamples }, () =>
    statistic(Int32Array.from({ length: samples }, () => random.integer(samples))),
  );
  check(
    !values.some((value) => Number.isNaN(value)),
    'bootstrapInterval',
    () => 'expected a number for every resample, got NaN. Make the statistic defined for samples that repeat or miss a class.',
  );
  values.sort();
  const mean = values.reduce((sum, value) => sum + value, 0) / resamples;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    estimate,
    lower: quantile(values, (1 - confidence) / 2),
    upper: quantile(values, (1 + confidence) / 2),
    standardError: Math.sqrt(squares / (resamples - 1)),
  };
}
