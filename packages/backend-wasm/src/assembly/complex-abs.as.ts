import { floatsOf, highDoubles, lowDoubles } from './doubles.as';
import { loadPartial, partStart, storePartial } from './vector.as';

// @ts-ignore: decorator
@inline
function rootOfSquares(a: v128, b: v128): v128 {
  return f64x2.sqrt(f64x2.add(f64x2.mul(a, a), f64x2.mul(b, b)));
}

/** `y[i] = sqrt(re^2 + im^2)` of complex numbers, through doubles so that no square overflows or underflows; Infinity where either is infinite. */
export function complexAbs(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  const groups = (size + 15) / 16;
  const first = partStart(groups, task, tasks) * 16;
  const infinity = f32x4.splat(Infinity);
  x += <usize>first << 3;
  y += <usize>first << 2;
  for (let left = min(size, partStart(groups, task + 1, tasks) * 16) - first; left > 0; left -= 4) {
    const low = loadPartial(x, 2 * left);
    const high = loadPartial(x + 16, max(0, 2 * left - 4));
    const re = i32x4.shuffle(low, high, 0, 2, 4, 6);
    const im = i32x4.shuffle(low, high, 1, 3, 5, 7);
    const root = floatsOf(rootOfSquares(lowDoubles(re), lowDoubles(im)), rootOfSquares(highDoubles(re), highDoubles(im)));
    const isInfinite = v128.or(f32x4.eq(f32x4.abs(re), infinity), f32x4.eq(f32x4.abs(im), infinity));
    storePartial(y, v128.bitselect(infinity, root, isInfinite), left);
    x += 32;
    y += 16;
  }
}
