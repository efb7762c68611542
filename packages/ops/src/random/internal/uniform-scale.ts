/** How a multiple of 2^-24 in [0, 1) becomes a number in [minimum, maximum): `min(minimum + range * u, limit)`, each step in float32. */
export interface UniformScale {
  readonly minimum: number;
  readonly range: number;
  /** The largest float32 below the maximum, which rounding could otherwise reach. */
  readonly limit: number;
}

/** The scale of a uniform between two numbers, rounded to float32. */
export function uniformScale(minimum: number, maximum: number): UniformScale {
  const from = Math.fround(minimum);
  const to = Math.fround(maximum);
  return { minimum: from, range: Math.fround(to - from), limit: nextBelow(to) };
}

/** The largest normal float32 below a float32. */
function nextBelow(value: number): number {
  if (value === 0) return -(2 ** -126);
  const floats = new Float32Array([value]);
  const words = new Int32Array(floats.buffer);
  words[0] = (words[0] as number) + (value > 0 ? -1 : 1);
  return floats[0] as number;
}
