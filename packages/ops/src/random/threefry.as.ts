const PARITY: u32 = 0x1bd11bda;

// @ts-ignore: decorator
@inline
function rotate(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits));
}

// @ts-ignore: decorator
@inline
function rotateByHalf(x: v128): v128 {
  return i8x16.shuffle(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}

/** Writes the blocks of the counters (high, low) to (high, low + 3): 8 words, 32 bytes. */
function fourBlocks(key0: u32, key1: u32, high: u32, low: u32, out: usize): void {
  const key2 = key0 ^ key1 ^ PARITY;
  let x0 = i32x4.splat(high + key0);
  let x1 = i32x4.add(i32x4.splat(low + key1), i32x4(0, 1, 2, 3));
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 13), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 15), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 26), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 6), x0);
  x0 = i32x4.add(x0, i32x4.splat(key1));
  x1 = i32x4.add(x1, i32x4.splat(key2 + 1));
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 17), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 29), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotateByHalf(x1), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 24), x0);
  x0 = i32x4.add(x0, i32x4.splat(key2));
  x1 = i32x4.add(x1, i32x4.splat(key0 + 2));
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 13), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 15), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 26), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 6), x0);
  x0 = i32x4.add(x0, i32x4.splat(key0));
  x1 = i32x4.add(x1, i32x4.splat(key1 + 3));
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 17), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 29), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotateByHalf(x1), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 24), x0);
  x0 = i32x4.add(x0, i32x4.splat(key1));
  x1 = i32x4.add(x1, i32x4.splat(key2 + 4));
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 13), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 15), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 26), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotate(x1, 6), x0);
  x0 = i32x4.add(x0, i32x4.splat(key2));
  x1 = i32x4.add(x1, i32x4.splat(key0 + 5));
  v128.store(out, i32x4.shuffle(x0, x1, 0, 4, 1, 5));
  v128.store(out, i32x4.shuffle(x0, x1, 2, 6, 3, 7), 16);
}

/** The block of one counter: its first word below, its second above. */
export function block(key0: u32, key1: u32, high: u32, low: u32): u64 {
  let k0 = key0;
  let k1 = key1;
  let k2 = key0 ^ key1 ^ PARITY;
  let x0 = high + k0;
  let x1 = low + k1;
  for (let group: u32 = 1; group <= 5; group++) {
    const odd = (group & 1) == 1;
    x0 += x1;
    x1 = rotl<u32>(x1, odd ? 13 : 17) ^ x0;
    x0 += x1;
    x1 = rotl<u32>(x1, odd ? 15 : 29) ^ x0;
    x0 += x1;
    x1 = rotl<u32>(x1, odd ? 26 : 16) ^ x0;
    x0 += x1;
    x1 = rotl<u32>(x1, odd ? 6 : 24) ^ x0;
    const first = k0;
    k0 = k1;
    k1 = k2;
    k2 = first;
    x0 += k0;
    x1 += k1 + group;
  }
  return (<u64>x1 << 32) | <u64>x0;
}

/** Writes `count` words: those of the blocks (high, first), (high, first + 1), ... of the key at `key`. */
export function fillWords(key: usize, high: u32, first: u32, count: i32, out: usize): void {
  const key0 = load<u32>(key);
  const key1 = load<u32>(key, 4);
  let low = first;
  let at = out;
  const end = out + (<usize>count << 2);
  for (; at + 32 <= end; at += 32, low += 4) fourBlocks(key0, key1, high, low, at);
  for (; at < end; at += 8, low++) {
    const words = block(key0, key1, high, low);
    store<u32>(at, <u32>words);
    if (at + 4 < end) store<u32>(at, <u32>(words >> 32), 4);
  }
}
