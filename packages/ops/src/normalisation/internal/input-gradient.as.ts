import { partStart } from '../../assembly/part-start.as';
import { loadPartial, storePartial } from '../../assembly/vector.as';
import { inverseDeviationOfRow, meanOfRow } from './row-statistics.as';
import { keepLanes, sumOfLanes } from './row-vector.as';

/**
 * `dx = r (g - mean(g) - n mean(g n))` for every row, with `g = dy gamma` and `n = (x - mean) r`; without `isCentered` both means are left
 * out but that of `g n`. Items are rows.
 */
// @ts-ignore: decorator
@inline
function inputGradient(isCentered: bool, task: i32, tasks: i32, dy: usize, x: usize, gamma: usize, dx: usize, rows: i32, columns: i32, epsilon: f32): void {
  const end = partStart(rows, task + 1, tasks);
  const perColumn = f32x4.splat(<f32>columns);
  for (let row = partStart(rows, task, tasks); row < end; row++) {
    const shift = <usize>row * (<usize>columns << 2);
    const mean = isCentered ? meanOfRow(x + shift, columns) : f32x4.splat(0);
    const inverse = inverseDeviationOfRow(x + shift, columns, mean, epsilon);
    let from = x + shift;
    let gradient = dy + shift;
    let scale = gamma;
    let sum0 = f32x4.splat(0);
    let sum1 = sum0;
    let products0 = sum0;
    let products1 = sum0;
    let left = columns;
    for (; left >= 8; left -= 8) {
      const low = f32x4.mul(v128.load(gradient), v128.load(scale));
      const high = f32x4.mul(v128.load(gradient, 16), v128.load(scale, 16));
      if (isCentered) {
        sum0 = f32x4.add(sum0, low);
        sum1 = f32x4.add(sum1, high);
      }
      products0 = f32x4.add(products0, f32x4.mul(low, f32x4.sub(v128.load(from), mean)));
      products1 = f32x4.add(products1, f32x4.mul(high, f32x4.sub(v128.load(from, 16), mean)));
      from += 32;
      gradient += 32;
      scale += 32;
    }
    for (; left > 0; left -= 4) {
      const scaled = f32x4.mul(loadPartial(gradient, left), loadPartial(scale, left));
      if (isCentered) sum0 = f32x4.add(sum0, scaled);
      products0 = f32x4.add(products0, keepLanes(f32x4.mul(scaled, f32x4.sub(loadPartial(from, left), mean)), left));
      from += 16;
      gradient += 16;
      scale += 16;
    }
    // dx = r (g - share) - (x - mean) slope
    const share = f32x4.div(sumOfLanes(f32x4.add(sum0, sum1)), perColumn);
    const product = f32x4.div(sumOfLanes(f32x4.add(products0, products1)), perColumn);
    const slope = f32x4.mul(f32x4.mul(f32x4.mul(product, inverse), inverse), inverse);
    let to = dx + shift;
    from = x + shift;
    gradient = dy + shift;
    scale = gamma;
    for (left = columns; left >= 8; left -= 8) {
      const low = f32x4.sub(f32x4.mul(v128.load(gradient), v128.load(scale)), share);
      const high = f32x4.sub(f32x4.mul(v128.load(gradient, 16), v128.load(scale, 16)), share);
      v128.store(to, f32x4.sub(f32x4.mul(low, inverse), f32x4.mul(f32x4.sub(v128.load(from), mean), slope)));
      v128.store(to, f32x4.sub(f32x4.mul(high, inverse), f32x4.mul(f32x4.sub(v128.load(from, 16), mean), slope)), 16);
      from += 32;
      gradient += 32;
      scale += 32;
      to += 32;
    }
    for (; left > 0; left -= 4) {
      const scaled = f32x4.sub(f32x4.mul(loadPartial(gradient, left), loadPartial(scale, left)), share);
      const value = f32x4.sub(f32x4.mul(scaled, inverse), f32x4.mul(f32x4.sub(loadPartial(from, left), mean), slope));
      storePartial(to, value, left);
      from += 16;
      gradient += 16;
      scale += 16;
      to += 16;
    }
  }
}

export function layerNormInputGradient(task: i32, tasks: i32, dy: usize, x: usize, gamma: usize, dx: usize, rows: i32, columns: i32, epsilon: f32): void {
  inputGradient(true, task, tasks, dy, x, gamma, dx, rows, columns, epsilon);
}

export function rmsNormInputGradient(task: i32, tasks: i32, dy: usize, x: usize, gamma: usize, dx: usize, rows: i32, columns: i32, epsilon: f32): void {
  inputGradient(false, task, tasks, dy, x, gamma, dx, rows, columns, epsilon);
}
