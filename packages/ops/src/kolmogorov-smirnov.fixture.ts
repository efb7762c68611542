/** The largest distance of a sample's distribution from another, times the root of its size: below 1.95 with probability 0.999. */
export function kolmogorovSmirnov(values: ArrayLike<number>, distribution: (x: number) => number): number {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  let distance = 0;
  sorted.forEach((x, i) => {
    const p = distribution(x);
    distance = Math.max(distance, p - i / n, (i + 1) / n - p);
  });
  return distance * Math.sqrt(n);
}

/** The mean of a power of the values. */
export function moment(values: ArrayLike<number>, power: number): number {
  return Array.from(values).reduce((sum, value) => sum + value ** power, 0) / values.length;
}
