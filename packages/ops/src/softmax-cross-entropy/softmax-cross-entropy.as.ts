import { log4 } from '../assembly/log.as';
import { partStart } from '../assembly/part-start.as';
import { greatest, lanesBelow, sumOfLanes, sumOfPowers, writePowers } from '../assembly/powers.as';
import { loadPartial, storePartial } from '../assembly/vector.as';

/** `ln(sum)` of powers of which the largest is 1: NaN of 0, where every logit is -Infinity. */
// @ts-ignore: decorator
@inline
function logOfSum(sum: f32): f32 {
  return sum > 0 ? f32x4.extract_lane(log4(f32x4.splat(sum)), 0) : NaN;
}

/** Four or fewer shares of a distribution after smoothing; lanes beyond are 0. */
// @ts-ignore: decorator
@inline
function smoothed(from: usize, left: i32, kept: v128, spread: v128): v128 {
  if (left >= 4) return f32x4.add(f32x4.mul(v128.load(from), kept), spread);
  return v128.and(f32x4.add(f32x4.mul(loadPartial(from, left), kept), spread), lanesBelow(left));
}

/** The sum of a row's shares. */
function sumOfShares(shares: usize, count: i32, kept: f32, spread: f32): f32 {
  let sum = f32x4.splat(0);
  for (let left = count; left > 0; left -= 4) {
    sum = f32x4.add(sum, smoothed(shares, left, f32x4.splat(kept), f32x4.splat(spread)));
    shares += 16;
  }
  return sumOfLanes(sum);
}

/** `sum of share * (logit - most)`, in which a share of 0 leaves out even -Infinity. */
function sumOfProducts(logits: usize, shares: usize, count: i32, most: f32, kept: f32, spread: f32): f32 {
  let sum = f32x4.splat(0);
  for (let left = count; left > 0; left -= 4) {
    const share = smoothed(shares, left, f32x4.splat(kept), f32x4.splat(spread));
    const product = f32x4.mul(share, f32x4.sub(loadPartial(logits, left), f32x4.splat(most)));
    sum = f32x4.add(sum, v128.andnot(product, f32x4.eq(share, f32x4.splat(0))));
    logits += 16;
    shares += 16;
  }
  return sumOfLanes(sum);
}

/** `sum of (logit - most)`. */
function sumOfDifferences(logits: usize, count: i32, most: f32): f32 {
  let sum = f32x4.splat(0);
  for (let left = count; left > 0; left -= 4) {
    const difference = f32x4.sub(loadPartial(logits, left), f32x4.splat(most));
    sum = f32x4.add(sum, left >= 4 ? difference : v128.and(difference, lanesBelow(left)));
    logits += 16;
  }
  return sumOfLanes(sum);
}

/** The loss of each row of logits against its label, by `ln sum e^(x - most) - sum of share * (x - most)`. Items are rows. */
export function labelLosses(
  task: i32,
  tasks: i32,
  logits: usize,
  labels: usize,
  losses: usize,
  rows: i32,
  columns: i32,
  smoothing: f32,
): void {
  const end = partStart(rows, task + 1, tasks);
  for (let row = partStart(rows, task, tasks); row < end; row++) {
    const from = logits + ((<usize>row * <usize>columns) << 2);
    const label = load<i32>(labels + (<usize>row << 2));
    let loss: f32 = NaN;
    if (label >= 0 && label < columns) {
      const most = greatest(from, columns);
      let product = (<f32>1 - smoothing) * (load<f32>(from + (<usize>label << 2)) - most);
      if (smoothing > 0) product += (smoothing / <f32>columns) * sumOfDifferences(from, columns, most);
      loss = logOfSum(sumOfPowers(from, columns, most)) - product;
    }
    store<f32>(losses + (<usize>row << 2), loss);
  }
}

/** The gradient of {@link labelLosses}: `slope * (softmax - share)`; 0 where the label is no class. */
export function labelGradient(
  task: i32,
  tasks: i32,
  logits: usize,
  labels: usize,
  slopes: usize,
  gradient: usize,
  rows: i32,
  columns: i32,
  smoothing: f32,
): void {
  const end = partStart(rows, task + 1, tasks);
  for (let row = partStart(rows, task, tasks); row < end; row++) {
    const offset = (<usize>row * <usize>columns) << 2;
    const label = load<i32>(labels + (<usize>row << 2));
    if (label < 0 || label >= columns) {
      memory.fill(gradient + offset, 0, <usize>columns << 2);
      continue;
    }
    const slope = load<f32>(slopes + (<usize>row << 2));
    const sum = writePowers(logits + offset, gradient + offset, columns, greatest(logits + offset, columns));
    const factor = f32x4.splat(slope / sum);
    const spread = f32x4.splat((slope * smoothing) / <f32>columns);
    let at = gradient + offset;
    for (let left = columns; left > 0; left -= 4) {
      storePartial(at, f32x4.sub(f32x4.mul(loadPartial(at, left), factor), spread), left);
      at += 16;
    }
    at = gradient + offset + (<usize>label << 2);
    store<f32>(at, load<f32>(at) - slope * (<f32>1 - smoothing));
  }
}

/** The loss of each row of logits against its shares of all classes. Items are rows. */
export function shareLosses(
  task: i32,
  tasks: i32,
  logits: usize,
  shares: usize,
  losses: usize,
  rows: i32,
  columns: i32,
  smoothing: f32,
): void {
  const end = partStart(rows, task + 1, tasks);
  const spread = smoothing / <f32>columns;
  for (let row = partStart(rows, task, tasks); row < end; row++) {
    const offset = (<usize>row * <usize>columns) << 2;
    const from = logits + offset;
    const most = greatest(from, columns);
    const total = sumOfShares(shares + offset, columns, <f32>1 - smoothing, spread);
    const product = sumOfProducts(from, shares + offset, columns, most, <f32>1 - smoothing, spread);
    store<f32>(losses + (<usize>row << 2), total * logOfSum(sumOfPowers(from, columns, most)) - product);
  }
}

/** The gradient of {@link shareLosses}: `slope * (sum of shares * softmax - share)`. */
export function shareGradient(
  task: i32,
  tasks: i32,
  logits: usize,
  shares: usize,
  slopes: usize,
  gradient: usize,
  rows: i32,
  columns: i32,
  smoothing: f32,
): void {
  const end = partStart(rows, task + 1, tasks);
  const kept = f32x4.splat(<f32>1 - smoothing);
  const spread = smoothing / <f32>columns;
  for (let row = partStart(rows, task, tasks); row < end; row++) {
    const offset = (<usize>row * <usize>columns) << 2;
    const slope = load<f32>(slopes + (<usize>row << 2));
    const total = sumOfShares(shares + offset, columns, <f32>1 - smoothing, spread);
    const sum = writePowers(logits + offset, gradient + offset, columns, greatest(logits + offset, columns));
    const factor = f32x4.splat((total * slope) / sum);
    let at = gradient + offset;
    let share = shares + offset;
    for (let left = columns; left > 0; left -= 4) {
      const missing = f32x4.mul(smoothed(share, left, kept, f32x4.splat(spread)), f32x4.splat(slope));
      storePartial(at, f32x4.sub(f32x4.mul(loadPartial(at, left), factor), missing), left);
      at += 16;
      share += 16;
    }
  }
}
