/** Numbers that are added one after the other. */
const BLOCK = 128;
const LANES = 8;

/**
 * A sum in the order of NumPy's `sum`, to the same bits: eight lanes in blocks of at most 128, and halves beyond, whose sums are added.
 *
 * @see numpy/core/src/umath/loops_utils.h.src, pairwise_sum
 */
export function pairwiseSum(values: readonly number[]): number {
  const { length } = values;
  const from = (first: number): number => values.slice(first).reduce((sum, value) => sum + value, 0);
  if (length < LANES) return from(0);
  if (length > BLOCK) {
    const half = Math.floor(length / 2);
    const middle = half - (half % LANES);
    return pairwiseSum(values.slice(0, middle)) + pairwiseSum(values.slice(middle));
  }
  const whole = length - (length % LANES);
  const lanes = Array.from({ length: LANES }, (_, lane) => {
    let sum = values[lane] as number;
    for (let i = lane + LANES; i < whole; i += LANES) sum += values[i] as number;
    return sum;
  });
  const [a, b, c, d, e, f, g, h] = lanes as [number, number, number, number, number, number, number, number];
  return values.slice(whole).reduce((sum, value) => sum + value, a + b + (c + d) + (e + f + (g + h)));
}
