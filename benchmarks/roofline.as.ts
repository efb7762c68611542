import { multiplyAdd } from '../packages/backend-wasm/src/assembly/vector.as';

/**
 * `repeats` times a 4x8 tile over operands in the first-level cache: `depth` steps of 8 vector multiply-adds (64 operations).
 * Multiplications stand outside of the chains of additions, as they do in a matrix product.
 */
export function tilePeak(a: usize, b: usize, depth: i32, repeats: i32, result: usize): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let c4 = c0;
  let c5 = c0;
  let c6 = c0;
  let c7 = c0;
  for (let i = 0; i < repeats; i++) {
    let p = a;
    let q = b;
    for (let k = 0; k < depth; k++) {
      const b0 = v128.load(q);
      const b1 = v128.load(q, 16);
      q += 32;
      let x = v128.load32_splat(p);
      c0 = multiplyAdd(x, b0, c0);
      c1 = multiplyAdd(x, b1, c1);
      x = v128.load32_splat(p, 4);
      c2 = multiplyAdd(x, b0, c2);
      c3 = multiplyAdd(x, b1, c3);
      x = v128.load32_splat(p, 8);
      c4 = multiplyAdd(x, b0, c4);
      c5 = multiplyAdd(x, b1, c5);
      x = v128.load32_splat(p, 12);
      c6 = multiplyAdd(x, b0, c6);
      c7 = multiplyAdd(x, b1, c7);
      p += 16;
    }
  }
  v128.store(result, f32x4.add(f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3)), f32x4.add(f32x4.add(c4, c5), f32x4.add(c6, c7))));
}

/** `repeats` times 10 vector multiply-adds (80 operations) in registers alone, each on a chain of its own. */
export function chainPeak(repeats: i32, factor: f32, result: usize): void {
  const x = f32x4.splat(factor);
  let c0 = x;
  let c1 = x;
  let c2 = x;
  let c3 = x;
  let c4 = x;
  let c5 = x;
  let c6 = x;
  let c7 = x;
  let c8 = x;
  let c9 = x;
  for (let i = 0; i < repeats; i++) {
    c0 = multiplyAdd(c0, x, x);
    c1 = multiplyAdd(c1, x, x);
    c2 = multiplyAdd(c2, x, x);
    c3 = multiplyAdd(c3, x, x);
    c4 = multiplyAdd(c4, x, x);
    c5 = multiplyAdd(c5, x, x);
    c6 = multiplyAdd(c6, x, x);
    c7 = multiplyAdd(c7, x, x);
    c8 = multiplyAdd(c8, x, x);
    c9 = multiplyAdd(c9, x, x);
  }
  c0 = f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3));
  c4 = f32x4.add(f32x4.add(c4, c5), f32x4.add(c6, c7));
  v128.store(result, f32x4.add(f32x4.add(c0, c4), f32x4.add(c8, c9)));
}

/** to = from, `bytes` being a multiple of 64. */
export function copy(to: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 64) {
    v128.store(to + i, v128.load(from + i));
    v128.store(to + i, v128.load(from + i, 16), 16);
    v128.store(to + i, v128.load(from + i, 32), 32);
    v128.store(to + i, v128.load(from + i, 48), 48);
  }
}

/** to = a + factor b, `bytes` being a multiple of 32. */
export function triad(to: usize, a: usize, b: usize, factor: f32, bytes: usize): void {
  const x = f32x4.splat(factor);
  for (let i: usize = 0; i < bytes; i += 32) {
    v128.store(to + i, multiplyAdd(x, v128.load(b + i), v128.load(a + i)));
    v128.store(to + i, multiplyAdd(x, v128.load(b + i, 16), v128.load(a + i, 16)), 16);
  }
}
