import { partStart } from '../../assembly/part-start.as';
import { loadPartial, storePartial } from '../../assembly/vector.as';
import { inverseDeviationOfRow, meanOfRow } from './row-statistics.as';

/** `y = (x - mean) r gamma + beta` for every row; without `isCentered` the mean is 0 and there is no beta. Items are rows. */
// @ts-ignore: decorator
@inline
function normalise(isCentered: bool, task: i32, tasks: i32, x: usize, gamma: usize, beta: usize, y: usize, rows: i32, columns: i32, epsilon: f32): void {
  const end = partStart(rows, task + 1, tasks);
  for (let row = partStart(rows, task, tasks); row < end; row++) {
    const shift = <usize>row * (<usize>columns << 2);
    let from = x + shift;
    const mean = isCentered ? meanOfRow(from, columns) : f32x4.splat(0);
    const inverse = inverseDeviationOfRow(from, columns, mean, epsilon);
    let to = y + shift;
    let scale = gamma;
    let offset = beta;
    let left = columns;
    for (; left >= 8; left -= 8) {
      let low = f32x4.mul(f32x4.mul(f32x4.sub(v128.load(from), mean), inverse), v128.load(scale));
      let high = f32x4.mul(f32x4.mul(f32x4.sub(v128.load(from, 16), mean), inverse), v128.load(scale, 16));
      if (isCentered) {
        low = f32x4.add(low, v128.load(offset));
        high = f32x4.add(high, v128.load(offset, 16));
        offset += 32;
      }
      v128.store(to, low);
      v128.store(to, high, 16);
      from += 32;
      scale += 32;
      to += 32;
    }
    for (; left > 0; left -= 4) {
      let value = f32x4.mul(f32x4.mul(f32x4.sub(loadPartial(from, left), mean), inverse), loadPartial(scale, left));
      if (isCentered) {
        value = f32x4.add(value, loadPartial(offset, left));
        offset += 16;
      }
      storePartial(to, value, left);
      from += 16;
      scale += 16;
      to += 16;
    }
  }
}

export function layerNorm(task: i32, tasks: i32, x: usize, gamma: usize, beta: usize, y: usize, rows: i32, columns: i32, epsilon: f32): void {
  normalise(true, task, tasks, x, gamma, beta, y, rows, columns, epsilon);
}

export function rmsNorm(task: i32, tasks: i32, x: usize, gamma: usize, y: usize, rows: i32, columns: i32, epsilon: f32): void {
  normalise(false, task, tasks, x, gamma, 0, y, rows, columns, epsilon);
}
