/**
 * IEEE 754 binary16 to float32; exact. `(-1)^s 2^(e - 15) (1 + f / 1024)`, without the 1 where e = 0.
 *
 * @param bits one 16-bit pattern a value
 * @example
 * decodeFloat16(new Uint16Array([0x3c00, 0xc000])); // [1, -2]
 * @see IEEE 754-2019, section 3.4
 */
export function decodeFloat16(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (pattern) => {
    const sign = pattern & 0x8000 ? -1 : 1;
    const exponent = (pattern >>> 10) & 0x1f;
    const fraction = pattern & 0x3ff;
    if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
  });
}

/**
 * bfloat16 to float32, whose upper half it is; exact.
 *
 * @param bits one 16-bit pattern a value
 * @example
 * decodeBfloat16(new Uint16Array([0x3f80, 0xc000])); // [1, -2]
 */
export function decodeBfloat16(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (pattern) => pattern << 16).buffer);
}
