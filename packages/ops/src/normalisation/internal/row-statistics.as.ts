import { loadPartial } from '../../assembly/vector.as';
import { keepLanes, sumOfLanes } from './row-vector.as';

/** The mean of a row of `columns` floats, in every lane: four vectors of partial sums. */
export function meanOfRow(row: usize, columns: i32): v128 {
  let sum0 = f32x4.splat(0);
  let sum1 = sum0;
  let sum2 = sum0;
  let sum3 = sum0;
  let left = columns;
  for (; left >= 16; left -= 16) {
    sum0 = f32x4.add(sum0, v128.load(row));
    sum1 = f32x4.add(sum1, v128.load(row, 16));
    sum2 = f32x4.add(sum2, v128.load(row, 32));
    sum3 = f32x4.add(sum3, v128.load(row, 48));
    row += 64;
  }
  for (; left > 0; left -= 4) {
    sum0 = f32x4.add(sum0, loadPartial(row, left));
    row += 16;
  }
  const sum = sumOfLanes(f32x4.add(f32x4.add(sum0, sum1), f32x4.add(sum2, sum3)));
  return f32x4.div(sum, f32x4.splat(<f32>columns));
}

// @ts-ignore: decorator
@inline
function squared(value: v128, mean: v128): v128 {
  const centered = f32x4.sub(value, mean);
  return f32x4.mul(centered, centered);
}

/** `1 / sqrt(mean of (x - mean)^2 + epsilon)` of a row, in every lane. The deviations are squared, not the values: nothing cancels. */
export function inverseDeviationOfRow(row: usize, columns: i32, mean: v128, epsilon: f32): v128 {
  let sum0 = f32x4.splat(0);
  let sum1 = sum0;
  let sum2 = sum0;
  let sum3 = sum0;
  let left = columns;
  for (; left >= 16; left -= 16) {
    sum0 = f32x4.add(sum0, squared(v128.load(row), mean));
    sum1 = f32x4.add(sum1, squared(v128.load(row, 16), mean));
    sum2 = f32x4.add(sum2, squared(v128.load(row, 32), mean));
    sum3 = f32x4.add(sum3, squared(v128.load(row, 48), mean));
    row += 64;
  }
  for (; left > 0; left -= 4) {
    sum0 = f32x4.add(sum0, keepLanes(squared(loadPartial(row, left), mean), left));
    row += 16;
  }
  const sum = sumOfLanes(f32x4.add(f32x4.add(sum0, sum1), f32x4.add(sum2, sum3)));
  const variance = f32x4.div(sum, f32x4.splat(<f32>columns));
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(epsilon))));
}
