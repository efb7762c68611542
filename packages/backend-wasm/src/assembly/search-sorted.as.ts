import { loadPartial, partStart, storePartial } from './vector.as';

/** Four elements that lie `places` elements behind `from`. */
// @ts-ignore: decorator
@inline
function gatherAt(from: usize, places: v128): v128 {
  let four = v128.load32_zero(from + (<usize>i32x4.extract_lane(places, 0) << 2));
  four = v128.load_lane<f32>(from + (<usize>i32x4.extract_lane(places, 1) << 2), four, 1);
  four = v128.load_lane<f32>(from + (<usize>i32x4.extract_lane(places, 2) << 2), four, 2);
  return v128.load_lane<f32>(from + (<usize>i32x4.extract_lane(places, 3) << 2), four, 3);
}

/** `steps` where the element at `places + steps - 1` goes before the value, 0 elsewhere. */
// @ts-ignore: decorator
@inline
function stepOver(from: usize, places: v128, steps: v128, values: v128, isLeft: bool, isFloat: bool): v128 {
  const four = gatherAt(from, i32x4.add(places, i32x4.sub(steps, i32x4.splat(1))));
  let before: v128;
  if (isFloat) before = isLeft ? f32x4.lt(four, values) : f32x4.le(four, values);
  else before = isLeft ? i32x4.lt_s(four, values) : i32x4.le_s(four, values);
  return v128.and(before, steps);
}

/** The places of 16 values, or of `count` (1 to 4) that lie at `values`, in a row of `length` elements. */
// @ts-ignore: decorator
@inline
function searchRow(row: usize, length: i32, values: usize, y: usize, count: i32, isLeft: bool, isFloat: bool): void {
  const isWhole = count >= 16;
  const a = loadPartial(values, count);
  const b = isWhole ? v128.load(values, 16) : a;
  const c = isWhole ? v128.load(values, 32) : a;
  const d = isWhole ? v128.load(values, 48) : a;
  let placesA = i32x4.splat(0);
  let placesB = placesA;
  let placesC = placesA;
  let placesD = placesA;
  let left = length;
  while (left > 0) {
    // The last step looks at one element.
    const half = left > 1 ? left / 2 : 1;
    const steps = i32x4.splat(half);
    placesA = i32x4.add(placesA, stepOver(row, placesA, steps, a, isLeft, isFloat));
    if (isWhole) {
      placesB = i32x4.add(placesB, stepOver(row, placesB, steps, b, isLeft, isFloat));
      placesC = i32x4.add(placesC, stepOver(row, placesC, steps, c, isLeft, isFloat));
      placesD = i32x4.add(placesD, stepOver(row, placesD, steps, d, isLeft, isFloat));
    }
    left -= half;
  }
  storePartial(y, placesA, count);
  if (!isWhole) return;
  v128.store(y, placesB, 16);
  v128.store(y, placesC, 32);
  v128.store(y, placesD, 48);
}

/**
 * Where each of `width` values of each of `rows` rows goes in the row's `length` sorted elements: before those that equal it, or behind them. Items are
 * groups of 16 values. All values take the same number of steps, so that nothing waits for a guess of where they go.
 */
export function searchSorted(
  task: i32, tasks: i32, sorted: usize, values: usize, y: usize, rows: i32, length: i32, width: i32, isLeft: i32, isFloat: i32,
): void {
  const groups = (width + 15) / 16;
  const end = partStart(rows * groups, task + 1, tasks);
  for (let item = partStart(rows * groups, task, tasks); item < end; item++) {
    const row = item / groups;
    let first = (item - row * groups) * 16;
    const last = min(width, first + 16);
    const from = sorted + ((<usize>row * length) << 2);
    while (first < last) {
      const shift = (<usize>row * width + first) << 2;
      const count = last - first >= 16 ? 16 : min(4, last - first);
      searchRow(from, length, values + shift, y + shift, count, <bool>isLeft, <bool>isFloat);
      first += count;
    }
  }
}
