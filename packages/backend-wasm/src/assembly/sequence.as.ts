import { partStart, storePartial } from './vector.as';

/** Four floats or integers of pairs of doubles. */
// @ts-ignore: decorator
@inline
function narrowed(low: v128, high: v128, isFloat: bool): v128 {
  return isFloat
    ? v128.shuffle<f64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2)
    : v128.shuffle<f64>(i32x4.trunc_sat_f64x2_s_zero(low), i32x4.trunc_sat_f64x2_s_zero(high), 0, 2);
}

// @ts-ignore: decorator
@inline
function sequenceAs(isFloat: bool, y: usize, first: i32, end: i32, start: f64, step: f64): void {
  const starts = f64x2.splat(start);
  const steps = f64x2.splat(step);
  const fours = f64x2.splat(4);
  let low = f64x2.replace_lane(f64x2.splat(<f64>first), 1, <f64>(first + 1));
  let high = f64x2.add(low, f64x2.splat(2));
  for (; first + 4 <= end; first += 4) {
    v128.store(y, narrowed(f64x2.add(starts, f64x2.mul(low, steps)), f64x2.add(starts, f64x2.mul(high, steps)), isFloat));
    y += 16;
    low = f64x2.add(low, fours);
    high = f64x2.add(high, fours);
  }
  storePartial(y, narrowed(f64x2.add(starts, f64x2.mul(low, steps)), f64x2.add(starts, f64x2.mul(high, steps)), isFloat), end - first);
}

/** `y[i] = start + i step`, computed in double precision, as floats or integers. Items are groups of four elements. */
export function sequence(task: i32, tasks: i32, y: usize, count: i32, isFloat: i32, start: f64, step: f64): void {
  const groups = (count + 3) / 4;
  const first = partStart(groups, task, tasks) * 4;
  const end = min(count, partStart(groups, task + 1, tasks) * 4);
  if (isFloat) sequenceAs(true, y + (<usize>first << 2), first, end, start, step);
  else sequenceAs(false, y + (<usize>first << 2), first, end, start, step);
}

/** `y[0] = start`, and every other element of `y` the rounded one before it plus `step`. In one part. */
export function steppedSequence(_task: i32, _tasks: i32, y: usize, count: i32, start: f64, step: f64): void {
  let value = <f32>start;
  for (const end = y + (<usize>count << 2); y < end; y += 4) {
    store<f32>(y, value);
    value = <f32>(<f64>value + step);
  }
}
