import { loadPartial, storePartial } from '../../assembly/vector.as';
import { greatest, sumOfLanes, writePowers } from '../../assembly/powers.as';
import { product } from './product.as';

/** Queries that are worked on at a time: their weights are all that is ever held of the matrix of scores. */
export const ROWS: i32 = 16;

/** Whole panels of eight. */
// @ts-ignore: decorator
@inline
export function panelsOf(columns: i32): i32 {
  return (columns + 7) >> 3;
}

/** Floats from one row of weights to the next: never a multiple of a page, whose rows would push each other out of the nearest cache. */
// @ts-ignore: decorator
@inline
export function lineOf(keys: i32): i32 {
  return (panelsOf(keys) << 3) + 16;
}

/** `row = row * scale + bias`; `bias` 0 means none. */
function scaleRow(row: usize, count: i32, scale: f32, bias: usize): void {
  const factor = f32x4.splat(scale);
  for (let left = count; left > 0; left -= 4) {
    // What lies behind the last score belongs to the row's padding.
    let value = f32x4.mul(v128.load(row), factor);
    if (bias != 0) {
      value = f32x4.add(value, loadPartial(bias, left));
      bias += 16;
    }
    v128.store(row, value);
    row += 16;
  }
}

function multiplyRow(row: usize, count: i32, by: f32): void {
  const factor = f32x4.splat(by);
  for (let left = count; left > 0; left -= 4) {
    if (left >= 4) v128.store(row, f32x4.mul(v128.load(row), factor));
    else storePartial(row, f32x4.mul(loadPartial(row, left), factor), left);
    row += 16;
  }
}

/**
 * Weights of `rows` queries over the first `seen` keys: `softmax(scale * query key^T + bias)`, rows `line` bytes apart, zeros from the last
 * key that a query sees to the end of its panel.
 */
export function attentionWeights(
  query: usize,
  packedKeys: usize,
  bias: usize,
  biasRow: usize,
  weights: usize,
  first: i32,
  rows: i32,
  seen: i32,
  line: usize,
  size: i32,
  causal: i32,
  scale: f32,
): void {
  const panels = panelsOf(seen);
  product(query, <usize>size << 2, 4, rows, packedKeys, <usize>size << 5, 32, panels, size, weights, line, false);
  for (let i = 0; i < rows; i++) {
    const row = weights + <usize>i * line;
    const count = causal ? first + i + 1 : seen;
    scaleRow(row, count, scale, bias == 0 ? 0 : bias + <usize>i * biasRow);
    const total = writePowers(row, row, count, greatest(row, count));
    multiplyRow(row, count, <f32>1 / total);
    memory.fill(row + (<usize>count << 2), 0, <usize>((panels << 3) - count) << 2);
  }
}

/** From a row of weights w and the gradient g of their use to the gradient of the scores: `g = w (g - sum of w g) scale`. */
export function scoreGradient(weights: usize, gradient: usize, panels: i32, scale: f32): void {
  let sum0 = f32x4.splat(0);
  let sum1 = sum0;
  const end = <usize>panels << 5;
  for (let at: usize = 0; at < end; at += 32) {
    sum0 = f32x4.add(sum0, f32x4.mul(v128.load(weights + at), v128.load(gradient + at)));
    sum1 = f32x4.add(sum1, f32x4.mul(v128.load(weights + at, 16), v128.load(gradient + at, 16)));
  }
  const mean = f32x4.splat(sumOfLanes(f32x4.add(sum0, sum1)));
  const factor = f32x4.splat(scale);
  for (let at: usize = 0; at < end; at += 16) {
    const scaled = f32x4.mul(v128.load(weights + at), factor);
    v128.store(gradient + at, f32x4.mul(scaled, f32x4.sub(v128.load(gradient + at), mean)));
  }
}
