import { finish } from './gemm.as';
import { loadPartial, multiplyAdd, partStart, storePartial } from './vector.as';

/** The sum of four lanes, pairwise. */
// @ts-ignore: decorator
@inline
function sumLanes(value: v128): f32 {
  const pairs = f32x4.add(value, v128.shuffle<i64>(value, value, 1, 0));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** The inner product of two contiguous vectors. */
function dot(a: usize, b: usize, depth: i32): f32 {
  let sum0 = f32x4.splat(0);
  let sum1 = sum0;
  let sum2 = sum0;
  let sum3 = sum0;
  let k = 0;
  for (; k + 16 <= depth; k += 16) {
    sum0 = multiplyAdd(v128.load(a), v128.load(b), sum0);
    sum1 = multiplyAdd(v128.load(a, 16), v128.load(b, 16), sum1);
    sum2 = multiplyAdd(v128.load(a, 32), v128.load(b, 32), sum2);
    sum3 = multiplyAdd(v128.load(a, 48), v128.load(b, 48), sum3);
    a += 64;
    b += 64;
  }
  for (; k < depth; k += 4) {
    sum0 = multiplyAdd(loadPartial(a, depth - k), loadPartial(b, depth - k), sum0);
    a += 16;
    b += 16;
  }
  return sumLanes(f32x4.add(f32x4.add(sum0, sum1), f32x4.add(sum2, sum3)));
}

/** `y[i] (+)= matrix[i] . x` for rows that are contiguous and `stride` elements apart, then a bias and an activation. Items are rows. */
export function rowsTimesVector(
  task: i32,
  tasks: i32,
  matrix: usize,
  stride: i32,
  x: usize,
  y: usize,
  size: i32,
  depth: i32,
  accumulate: i32,
  bias: usize,
  biasStride: i32,
  activation: i32,
  alpha: f32,
): void {
  const end = partStart(size, task + 1, tasks);
  for (let i = partStart(size, task, tasks); i < end; i++) {
    const at = y + (<usize>i << 2);
    const product = dot(matrix + ((<usize>i * stride) << 2), x, depth);
    store<f32>(at, accumulate ? load<f32>(at) + product : product);
    if (bias || activation) finish(at, 0, 1, 1, bias ? bias + (<usize>(i * biasStride) << 2) : 0, activation, alpha);
  }
}

/**
 * `y[j] (+)= sum over k of x[k] matrix[k][j]` for rows that are contiguous and `stride` elements apart, then a bias and an activation.
 * Items are groups of 32 elements of y.
 */
export function vectorTimesRows(
  task: i32,
  tasks: i32,
  matrix: usize,
  stride: i32,
  x: usize,
  y: usize,
  size: i32,
  depth: i32,
  accumulate: i32,
  bias: usize,
  biasStride: i32,
  activation: i32,
  alpha: f32,
): void {
  const groups = (size + 31) / 32;
  const first = partStart(groups, task, tasks) * 32;
  const end = min(size, partStart(groups, task + 1, tasks) * 32);
  const step = <usize>stride << 2;
  let j = first;
  for (; j + 32 <= end; j += 32) {
    const at = y + (<usize>j << 2);
    let sum0 = f32x4.splat(0);
    let sum1 = sum0;
    let sum2 = sum0;
    let sum3 = sum0;
    let sum4 = sum0;
    let sum5 = sum0;
    let sum6 = sum0;
    let sum7 = sum0;
    if (accumulate) {
      sum0 = v128.load(at);
      sum1 = v128.load(at, 16);
      sum2 = v128.load(at, 32);
      sum3 = v128.load(at, 48);
      sum4 = v128.load(at, 64);
      sum5 = v128.load(at, 80);
      sum6 = v128.load(at, 96);
      sum7 = v128.load(at, 112);
    }
    let row = matrix + (<usize>j << 2);
    let from = x;
    for (let k = 0; k < depth; k++) {
      const factor = v128.load32_splat(from);
      sum0 = multiplyAdd(factor, v128.load(row), sum0);
      sum1 = multiplyAdd(factor, v128.load(row, 16), sum1);
      sum2 = multiplyAdd(factor, v128.load(row, 32), sum2);
      sum3 = multiplyAdd(factor, v128.load(row, 48), sum3);
      sum4 = multiplyAdd(factor, v128.load(row, 64), sum4);
      sum5 = multiplyAdd(factor, v128.load(row, 80), sum5);
      sum6 = multiplyAdd(factor, v128.load(row, 96), sum6);
      sum7 = multiplyAdd(factor, v128.load(row, 112), sum7);
      from += 4;
      row += step;
    }
    v128.store(at, sum0);
    v128.store(at, sum1, 16);
    v128.store(at, sum2, 32);
    v128.store(at, sum3, 48);
    v128.store(at, sum4, 64);
    v128.store(at, sum5, 80);
    v128.store(at, sum6, 96);
    v128.store(at, sum7, 112);
  }
  for (; j < end; j += 4) {
    const at = y + (<usize>j << 2);
    const count = end - j;
    let sum = accumulate ? loadPartial(at, count) : f32x4.splat(0);
    let row = matrix + (<usize>j << 2);
    for (let k = 0; k < depth; k++) {
      sum = multiplyAdd(v128.load32_splat(x + (<usize>k << 2)), loadPartial(row, count), sum);
      row += step;
    }
    storePartial(at, sum, count);
  }
  if (!bias && !activation) return;
  // A bias of one value for all is applied element by element.
  const each = bias != 0 && biasStride == 0;
  const rows = each ? end - first : 1;
  finish(y + (<usize>first << 2), 4, rows, each ? 1 : end - first, bias ? bias + (<usize>(first * biasStride) << 2) : 0, activation, alpha);
}
