import { finish } from './gemm.as';
import { loadPartial, multiplyAdd, partStart, storePartial } from './vector.as';

/** `c[j] (+)= sum over four rows of a[k] b[k][j]`, for one row of A or for two at once. The rows of B lie `step` bytes apart. */
// @ts-ignore: decorator
@inline
function addRows4(
  two: bool,
  a: usize,
  strideA: usize,
  b: usize,
  step: usize,
  c: usize,
  strideC: usize,
  count: i32,
  accumulate: bool,
): void {
  const x0 = v128.load32_splat(a);
  const x1 = v128.load32_splat(a, 4);
  const x2 = v128.load32_splat(a, 8);
  const x3 = v128.load32_splat(a, 12);
  const other = two ? a + strideA : a;
  const y0 = v128.load32_splat(other);
  const y1 = v128.load32_splat(other, 4);
  const y2 = v128.load32_splat(other, 8);
  const y3 = v128.load32_splat(other, 12);
  let d = c + strideC;
  let b1 = b + step;
  let b2 = b1 + step;
  let b3 = b2 + step;
  for (; count >= 4; count -= 4) {
    let sum = accumulate ? v128.load(c) : f32x4.splat(0);
    let next = two && accumulate ? v128.load(d) : f32x4.splat(0);
    let value = v128.load(b);
    sum = multiplyAdd(x0, value, sum);
    if (two) next = multiplyAdd(y0, value, next);
    value = v128.load(b1);
    sum = multiplyAdd(x1, value, sum);
    if (two) next = multiplyAdd(y1, value, next);
    value = v128.load(b2);
    sum = multiplyAdd(x2, value, sum);
    if (two) next = multiplyAdd(y2, value, next);
    value = v128.load(b3);
    sum = multiplyAdd(x3, value, sum);
    if (two) next = multiplyAdd(y3, value, next);
    v128.store(c, sum);
    if (two) v128.store(d, next);
    b += 16;
    b1 += 16;
    b2 += 16;
    b3 += 16;
    c += 16;
    d += 16;
  }
  if (count == 0) return;
  let sum = accumulate ? loadPartial(c, count) : f32x4.splat(0);
  let next = two && accumulate ? loadPartial(d, count) : f32x4.splat(0);
  let value = loadPartial(b, count);
  sum = multiplyAdd(x0, value, sum);
  if (two) next = multiplyAdd(y0, value, next);
  value = loadPartial(b1, count);
  sum = multiplyAdd(x1, value, sum);
  if (two) next = multiplyAdd(y1, value, next);
  value = loadPartial(b2, count);
  sum = multiplyAdd(x2, value, sum);
  if (two) next = multiplyAdd(y2, value, next);
  value = loadPartial(b3, count);
  sum = multiplyAdd(x3, value, sum);
  if (two) next = multiplyAdd(y3, value, next);
  storePartial(c, sum, count);
  if (two) storePartial(d, next, count);
}

/** `c[j] (+)= a b[j]`. */
function addRow1(a: v128, b: usize, c: usize, count: i32, accumulate: bool): void {
  for (; count > 0; count -= 4) {
    const sum = accumulate ? loadPartial(c, count) : f32x4.splat(0);
    storePartial(c, multiplyAdd(a, loadPartial(b, count), sum), count);
    b += 16;
    c += 16;
  }
}

/**
 * C[rows,columns] (+)= A[rows,depth] B[depth,columns], then optionally a bias and an activation, for few rows and a B so large, with rows so far
 * apart, that only reading it row by row is fast: columns of a tile would all fall on the same lines of the cache. The rows of A and B are
 * contiguous. Items are blocks of `columnCount` columns, whose sums stay in the nearest cache. Strides in elements.
 */
export function gemmStreamed(
  task: i32,
  tasks: i32,
  a: usize,
  rowStrideA: i32,
  b: usize,
  rowStrideB: i32,
  c: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  columnCount: i32,
  accumulate: i32,
  bias: usize,
  activation: i32,
  alpha: f32,
): void {
  const items = (columns + columnCount - 1) / columnCount;
  const end = partStart(items, task + 1, tasks);
  const strideA = <usize>rowStrideA << 2;
  const strideB = <usize>rowStrideB << 2;
  const strideC = <usize>columns << 2;
  for (let item = partStart(items, task, tasks); item < end; item++) {
    const column = item * columnCount;
    const count = min(columnCount, columns - column);
    const shift = <usize>column << 2;
    let line = b + shift;
    let k = 0;
    for (; k + 4 <= depth; k += 4) {
      const more = accumulate != 0 || k > 0;
      let from = a + (<usize>k << 2);
      let to = c + shift;
      let row = 0;
      for (; row + 2 <= rows; row += 2) {
        addRows4(true, from, strideA, line, strideB, to, strideC, count, more);
        from += strideA << 1;
        to += strideC << 1;
      }
      if (row < rows) addRows4(false, from, strideA, line, strideB, to, strideC, count, more);
      line += strideB << 2;
    }
    for (; k < depth; k++) {
      for (let row: usize = 0; row < <usize>rows; row++) {
        const value = v128.load32_splat(a + row * strideA + (<usize>k << 2));
        addRow1(value, line, c + row * strideC + shift, count, accumulate != 0 || k > 0);
      }
      line += strideB;
    }
    if (bias || activation) finish(c + shift, strideC, rows, count, bias ? bias + shift : 0, activation, alpha);
  }
}
