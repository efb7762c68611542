import { log4 } from '../../assembly/log.as';
import { partStart } from '../../assembly/part-start.as';
import { greatest, sumOfLanes, sumOfPowers, writePowers } from '../../assembly/powers.as';
import { loadPartial, storePartial } from '../../assembly/vector.as';

/** `y = x - most - ln sum e^(x - most)` for each row. Items are rows. */
export function logSoftmax(task: i32, tasks: i32, x: usize, y: usize, rows: i32, columns: i32): void {
  const end = partStart(rows, task + 1, tasks);
  for (let row = partStart(rows, task, tasks); row < end; row++) {
    let from = x + ((<usize>row * <usize>columns) << 2);
    let to = y + ((<usize>row * <usize>columns) << 2);
    const most = greatest(from, columns);
    const sum = sumOfPowers(from, columns, most);
    const top = f32x4.splat(most);
    // The sum is 0 where every logit is -Infinity, and NaN where one is NaN or Infinity.
    const log = sum > 0 ? log4(f32x4.splat(sum)) : f32x4.splat(NaN);
    let left = columns;
    for (; left >= 8; left -= 8) {
      v128.store(to, f32x4.sub(f32x4.sub(v128.load(from), top), log));
      v128.store(to, f32x4.sub(f32x4.sub(v128.load(from, 16), top), log), 16);
      from += 32;
      to += 32;
    }
    for (; left > 0; left -= 4) {
      storePartial(to, f32x4.sub(f32x4.sub(loadPartial(from, left), top), log), left);
      from += 16;
      to += 16;
    }
  }
}

/** The sum of `count` elements, in every lane. */
// @ts-ignore: decorator
@inline
function sumOf(from: usize, count: i32): v128 {
  let sum0 = f32x4.splat(0);
  let sum1 = sum0;
  let left = count;
  for (; left >= 8; left -= 8) {
    sum0 = f32x4.add(sum0, v128.load(from));
    sum1 = f32x4.add(sum1, v128.load(from, 16));
    from += 32;
  }
  for (; left > 0; left -= 4) {
    sum0 = f32x4.add(sum0, loadPartial(from, left));
    from += 16;
  }
  return f32x4.splat(sumOfLanes(f32x4.add(sum0, sum1)));
}

/** `dx = dy - softmax(x) sum(dy)` for each row. Items are rows. */
export function logSoftmaxGradient(task: i32, tasks: i32, dy: usize, x: usize, dx: usize, rows: i32, columns: i32): void {
  const end = partStart(rows, task + 1, tasks);
  for (let row = partStart(rows, task, tasks); row < end; row++) {
    const shift = (<usize>row * <usize>columns) << 2;
    const from = x + shift;
    let to = dx + shift;
    let gradient = dy + shift;
    const sum = writePowers(from, to, columns, greatest(from, columns));
    const factor = f32x4.div(sumOf(gradient, columns), f32x4.splat(sum));
    let left = columns;
    for (; left >= 8; left -= 8) {
      v128.store(to, f32x4.sub(v128.load(gradient), f32x4.mul(v128.load(to), factor)));
      v128.store(to, f32x4.sub(v128.load(gradient, 16), f32x4.mul(v128.load(to, 16), factor)), 16);
      gradient += 32;
      to += 32;
    }
    for (; left > 0; left -= 4) {
      storePartial(to, f32x4.sub(loadPartial(gradient, left), f32x4.mul(loadPartial(to, left), factor)), left);
      gradient += 16;
      to += 16;
    }
  }
}
