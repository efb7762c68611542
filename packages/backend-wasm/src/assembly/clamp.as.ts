import { loadPartial, partStart, storePartial } from './vector.as';

/** `x` between `low` and `high`: NaN is passed on. A -0 that is left stays unless `dropsSign`: adding 0 makes 0 of it. */
// @ts-ignore: decorator
@inline
function between(dropsSign: bool, x: v128, low: v128, high: v128, zero: v128): v128 {
  const value = f32x4.pmin(f32x4.pmax(x, low), high);
  return dropsSign ? f32x4.add(value, zero) : value;
}

/** `y[i] = min(max(x[i], low), high)`. Items are groups of 16 elements. */
// @ts-ignore: decorator
@inline
function sweep(dropsSign: bool, task: i32, tasks: i32, x: usize, y: usize, size: i32, low: f32, high: f32): void {
  const groups = (size + 15) / 16;
  const first = partStart(groups, task, tasks) * 16;
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  // 0 at run time alone: V8 would make a constant anew for each use.
  const zero = i32x4.splat(task >> 31);
  x += <usize>first << 2;
  y += <usize>first << 2;
  let left = min(size, partStart(groups, task + 1, tasks) * 16) - first;
  for (; left >= 16; left -= 16) {
    v128.store(y, between(dropsSign, v128.load(x), lows, highs, zero));
    v128.store(y, between(dropsSign, v128.load(x, 16), lows, highs, zero), 16);
    v128.store(y, between(dropsSign, v128.load(x, 32), lows, highs, zero), 32);
    v128.store(y, between(dropsSign, v128.load(x, 48), lows, highs, zero), 48);
    x += 64;
    y += 64;
  }
  for (; left > 0; left -= 4) {
    storePartial(y, between(dropsSign, loadPartial(x, left), lows, highs, zero), left);
    x += 16;
    y += 16;
  }
}

export function clamp(task: i32, tasks: i32, x: usize, y: usize, size: i32, low: f32, high: f32): void {
  sweep(false, task, tasks, x, y, size, low, high);
}

export function clampWithoutSign(task: i32, tasks: i32, x: usize, y: usize, size: i32, low: f32, high: f32): void {
  sweep(true, task, tasks, x, y, size, low, high);
}
