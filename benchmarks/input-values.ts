import type { InputSpec } from './sweep-row.ts';

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Uniform numbers in [0, 1) from a seed: the Weyl sequence of a 32-bit integer, mixed (splitmix32). */
function uniforms(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  };
}

/**
 * The numbers of an input, the same in every process.
 *
 * @param seed another one for every input of a row
 */
export function inputValues(
  { shape, dtype = 'float32', low, high, sorted = false, values }: InputSpec,
  seed: number,
): Float32Array | Int32Array | Uint8Array {
  const size = sizeOf(shape);
  const result = dtype === 'float32' ? new Float32Array(size) : dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
  if (values) return result.map((_, i) => values[i % values.length]!);
  const from = low ?? (dtype === 'bool' ? 0 : -1);
  const range = (high ?? (dtype === 'bool' ? 2 : 1)) - from;
  const next = uniforms(seed + 1);
  for (let i = 0; i < size; i++) {
    const value = from + range * next();
    result[i] = dtype === 'float32' ? value : Math.floor(value);
  }
  return sorted ? result.sort() : result;
}
