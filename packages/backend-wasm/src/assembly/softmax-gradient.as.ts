import { loadPartial, partStart, storePartial } from './vector.as';

/** `dx[i] = y[i] (dy[i] - sum of dy y)` for each of `rows` rows of `columns` elements. Items are rows. */
export function softmaxGradient(task: i32, tasks: i32, dy: usize, y: usize, dx: usize, rows: i32, columns: i32): void {
  const rowBytes = <usize>columns << 2;
  const end = partStart(rows, task + 1, tasks);
  for (let row = partStart(rows, task, tasks); row < end; row++) {
    const shift = <usize>row * rowBytes;
    let gradient = dy + shift;
    let value = y + shift;
    let sum0 = f32x4.splat(0);
    let sum1 = sum0;
    let left = columns;
    for (; left >= 8; left -= 8) {
      sum0 = f32x4.add(sum0, f32x4.mul(v128.load(gradient), v128.load(value)));
      sum1 = f32x4.add(sum1, f32x4.mul(v128.load(gradient, 16), v128.load(value, 16)));
      gradient += 32;
      value += 32;
    }
    for (; left > 0; left -= 4) {
      sum0 = f32x4.add(sum0, f32x4.mul(loadPartial(gradient, left), loadPartial(value, left)));
      gradient += 16;
      value += 16;
    }
    let sum = f32x4.add(sum0, sum1);
    sum = f32x4.add(sum, v128.shuffle<i32>(sum, sum, 2, 3, 0, 1));
    sum = f32x4.add(sum, v128.shuffle<i32>(sum, sum, 1, 0, 3, 2));
    let to = dx + shift;
    gradient = dy + shift;
    value = y + shift;
    for (left = columns; left >= 8; left -= 8) {
      v128.store(to, f32x4.mul(v128.load(value), f32x4.sub(v128.load(gradient), sum)));
      v128.store(to, f32x4.mul(v128.load(value, 16), f32x4.sub(v128.load(gradient, 16), sum)), 16);
      gradient += 32;
      value += 32;
      to += 32;
    }
    for (; left > 0; left -= 4) {
      storePartial(to, f32x4.mul(loadPartial(value, left), f32x4.sub(loadPartial(gradient, left), sum)), left);
      gradient += 16;
      value += 16;
      to += 16;
    }
  }
}
