/** What is kept of a kernel's results to tell whether two engines computed the same, in any layout of the axes. */
export interface Digest {
  readonly elements: number;
  readonly sum: number;
  readonly absolute: number;
}

/** The digest of all results of a call; numbers that are not finite count as 0. */
export function digest(results: readonly ArrayLike<number>[]): Digest {
  let elements = 0;
  let sum = 0;
  let absolute = 0;
  for (const result of results) {
    elements += result.length;
    for (let i = 0; i < result.length; i++) {
      const value = Number.isFinite(result[i]) ? result[i]! : 0;
      sum += value;
      absolute += Math.abs(value);
    }
  }
  return { elements, sum, absolute };
}

/** Whether two digests agree to float32 precision: the sums to 1e-3 of the sum of magnitudes. */
export function agrees(a: Digest, b: Digest): boolean {
  const bound = 1e-3 * Math.max(a.absolute, b.absolute) + 1e-30;
  return a.elements === b.elements && Math.abs(a.sum - b.sum) <= bound && Math.abs(a.absolute - b.absolute) <= bound;
}
