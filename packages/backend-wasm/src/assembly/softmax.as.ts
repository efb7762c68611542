import { expOfNegative4 } from './vector-math.as';
import { loadPartial, partStart, storePartial } from './vector.as';

/** All ones in the first `count` lanes. */
// @ts-ignore: decorator
@inline
function lanesBelow(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** The greatest of `count` elements, in every lane. NaN counts as nothing: it shows in the sum of the powers. */
// @ts-ignore: decorator
@inline
function greatest(from: usize, count: i32): v128 {
  let most0 = f32x4.splat(-Infinity);
  let most1 = most0;
  let most2 = most0;
  let most3 = most0;
  let left = count;
  for (; left >= 16; left -= 16) {
    most0 = f32x4.pmax(most0, v128.load(from));
    most1 = f32x4.pmax(most1, v128.load(from, 16));
    most2 = f32x4.pmax(most2, v128.load(from, 32));
    most3 = f32x4.pmax(most3, v128.load(from, 48));
    from += 64;
  }
  for (; left >= 4; left -= 4) {
    most0 = f32x4.pmax(most0, v128.load(from));
    from += 16;
  }
  if (left > 0) most0 = f32x4.pmax(most0, v128.bitselect(loadPartial(from, left), most0, lanesBelow(left)));
  let most = f32x4.pmax(f32x4.pmax(most0, most1), f32x4.pmax(most2, most3));
  most = f32x4.pmax(most, v128.shuffle<i32>(most, most, 2, 3, 0, 1));
  return f32x4.pmax(most, v128.shuffle<i32>(most, most, 1, 0, 3, 2));
}

/** `y[i] = e^(x[i] - max(x)) / sum of them` for each of `rows` rows of `columns` elements. Items are rows. */
export function softmax(task: i32, tasks: i32, x: usize, y: usize, rows: i32, columns: i32): void {
  const rowBytes = <usize>columns << 2;
  const end = partStart(rows, task + 1, tasks);
  for (let row = partStart(rows, task, tasks); row < end; row++) {
    let from = x + <usize>row * rowBytes;
    const start = y + <usize>row * rowBytes;
    const most = greatest(from, columns);
    let sum0 = f32x4.splat(0);
    let sum1 = sum0;
    let to = start;
    let left = columns;
    for (; left >= 8; left -= 8) {
      const power0 = expOfNegative4(f32x4.sub(v128.load(from), most));
      const power1 = expOfNegative4(f32x4.sub(v128.load(from, 16), most));
      sum0 = f32x4.add(sum0, power0);
      sum1 = f32x4.add(sum1, power1);
      v128.store(to, power0);
      v128.store(to, power1, 16);
      from += 32;
      to += 32;
    }
    for (; left > 0; left -= 4) {
      const power = v128.and(expOfNegative4(f32x4.sub(loadPartial(from, left), most)), lanesBelow(left));
      sum0 = f32x4.add(sum0, power);
      storePartial(to, power, left);
      from += 16;
      to += 16;
    }
    let sum = f32x4.add(sum0, sum1);
    sum = f32x4.add(sum, v128.shuffle<i32>(sum, sum, 2, 3, 0, 1));
    sum = f32x4.add(sum, v128.shuffle<i32>(sum, sum, 1, 0, 3, 2));
    const factor = f32x4.div(f32x4.splat(1), sum);
    to = start;
    left = columns;
    for (; left >= 8; left -= 8) {
      v128.store(to, f32x4.mul(v128.load(to), factor));
      v128.store(to, f32x4.mul(v128.load(to, 16), factor), 16);
      to += 32;
    }
    for (; left > 0; left -= 4) {
      storePartial(to, f32x4.mul(loadPartial(to, left), factor), left);
      to += 16;
    }
  }
}
