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

/** Elements of y that are summed at once: 8 KiB. */
const BLOCK: i32 = 2048;

/** `y[j] (+)= factor row[j]` for `count` elements. */
function addRow(y: usize, row: usize, factor: v128, count: i32, accumulate: bool): void {
  for (; count > 0; count -= 4) {
    const sum = accumulate ? loadPartial(y, count) : f32x4.splat(0);
    storePartial(y, multiplyAdd(factor, loadPartial(row, count), sum), count);
    y += 16;
    row += 16;
  }
}

/** `y[j] (+)= sum over eight rows of x[i] row[i][j]` for `count` elements; the rows lie `step` bytes apart. */
function addRows8(y: usize, row: usize, step: usize, x: usize, count: i32, accumulate: bool): void {
  const x0 = v128.load32_splat(x, 0);
  const x1 = v128.load32_splat(x, 4);
  const x2 = v128.load32_splat(x, 8);
  const x3 = v128.load32_splat(x, 12);
  const x4 = v128.load32_splat(x, 16);
  const x5 = v128.load32_splat(x, 20);
  const x6 = v128.load32_splat(x, 24);
  const x7 = v128.load32_splat(x, 28);
  let row4 = row + (step << 2);
  const twice = step << 1;
  const thrice = twice + step;
  for (; count >= 4; count -= 4) {
    let sum = accumulate ? v128.load(y) : f32x4.splat(0);
    sum = multiplyAdd(x0, v128.load(row), sum);
    sum = multiplyAdd(x1, v128.load(row + step), sum);
    sum = multiplyAdd(x2, v128.load(row + twice), sum);
    sum = multiplyAdd(x3, v128.load(row + thrice), sum);
    sum = multiplyAdd(x4, v128.load(row4), sum);
    sum = multiplyAdd(x5, v128.load(row4 + step), sum);
    sum = multiplyAdd(x6, v128.load(row4 + twice), sum);
    sum = multiplyAdd(x7, v128.load(row4 + thrice), sum);
    v128.store(y, sum);
    y += 16;
    row += 16;
    row4 += 16;
  }
  if (count == 0) return;
  let sum = accumulate ? loadPartial(y, count) : f32x4.splat(0);
  sum = multiplyAdd(x0, loadPartial(row, count), sum);
  sum = multiplyAdd(x1, loadPartial(row + step, count), sum);
  sum = multiplyAdd(x2, loadPartial(row + twice, count), sum);
  sum = multiplyAdd(x3, loadPartial(row + thrice, count), sum);
  sum = multiplyAdd(x4, loadPartial(row4, count), sum);
  sum = multiplyAdd(x5, loadPartial(row4 + step, count), sum);
  sum = multiplyAdd(x6, loadPartial(row4 + twice, count), sum);
  sum = multiplyAdd(x7, loadPartial(row4 + thrice, count), sum);
  storePartial(y, sum, count);
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
  // Eight rows at a time, so that memory is read in order; the sums of a block stay in the first-level cache.
  for (let block = first; block < end; block += BLOCK) {
    const stop = min(end, block + BLOCK);
    let row = matrix + (<usize>block << 2);
    let from = x;
    let k = 0;
    for (; k + 8 <= depth; k += 8) {
      addRows8(y + (<usize>block << 2), row, step, from, stop - block, accumulate != 0 || k > 0);
      row += step << 3;
      from += 32;
    }
    for (; k < depth; k++) {
      addRow(y + (<usize>block << 2), row, v128.load32_splat(from), stop - block, accumulate != 0 || k > 0);
      row += step;
      from += 4;
    }
  }
  if (!bias && !activation) return;
  // A bias of one value for all is applied element by element.
  const each = bias != 0 && biasStride == 0;
  const rows = each ? end - first : 1;
  finish(y + (<usize>first << 2), 4, rows, each ? 1 : end - first, bias ? bias + (<usize>(first * biasStride) << 2) : 0, activation, alpha);
}
