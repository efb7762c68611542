const PARITY = 0x1bd11bda;

/**
 * Fills an array with Threefry-2x32 blocks (20 rounds): `output[2i], output[2i + 1]` is the block of `counter + i`,
 * the counter read as the 64-bit number `counter[0] * 2^32 + counter[1]`.
 *
 * @param key two unsigned 32-bit words
 * @param counter two unsigned 32-bit words, of the first block
 * @param output of even length; every word is overwritten
 * @example
 * const words = new Uint32Array(4);
 * threefryFill([0, 0], [0, 0], words); // words[0] is 0x6b200159, words[1] is 0x99ba4efe
 * @see Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011
 */
export function threefryFill(key: readonly [number, number], counter: readonly [number, number], output: Uint32Array): void {
  let high = counter[0] >>> 0;
  let low = counter[1] >>> 0;
  for (let i = 0; i + 1 < output.length; i += 2) {
    let k0 = key[0];
    let k1 = key[1];
    let k2 = k0 ^ k1 ^ PARITY;
    let x0 = (high + k0) | 0;
    let x1 = (low + k1) | 0;
    for (let group = 1; group <= 5; group++) {
      if (group % 2 === 1) {
        x0 = (x0 + x1) | 0;
        x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
        x0 = (x0 + x1) | 0;
        x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
        x0 = (x0 + x1) | 0;
        x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
        x0 = (x0 + x1) | 0;
        x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
      } else {
        x0 = (x0 + x1) | 0;
        x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0;
        x0 = (x0 + x1) | 0;
        x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0;
        x0 = (x0 + x1) | 0;
        x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0;
        x0 = (x0 + x1) | 0;
        x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0;
      }
      [k0, k1, k2] = [k1, k2, k0];
      x0 = (x0 + k0) | 0;
      x1 = (x1 + k1 + group) | 0;
    }
    output[i] = x0;
    output[i + 1] = x1;
    low = (low + 1) >>> 0;
    if (low === 0) high = (high + 1) >>> 0;
  }
}

/**
 * The Threefry-2x32 block cipher with 20 rounds: 64 random bits for a key and a counter.
 * The same bits as Random123's `threefry2x32` and as JAX's default generator.
 *
 * @param key two unsigned 32-bit words
 * @param counter two unsigned 32-bit words
 * @returns two unsigned 32-bit words
 * @example
 * threefry2x32([0, 0], [0, 0]); // [0x6b200159, 0x99ba4efe]
 * @see Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011; test vectors: Random123 kat_vectors
 */
export function threefry2x32(key: readonly [number, number], counter: readonly [number, number]): [number, number] {
  const block = new Uint32Array(2);
  threefryFill(key, counter, block);
  return [block[0] as number, block[1] as number];
}
