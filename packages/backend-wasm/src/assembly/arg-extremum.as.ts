import { partStart } from './vector.as';

/** Where `x` is beyond `best`: above or below it, as floats or as integers. Never where either is NaN. */
// @ts-ignore: decorator
@inline
function isBeyond(isMaximum: bool, isInteger: bool, x: v128, best: v128): v128 {
  if (isInteger) return isMaximum ? i32x4.gt_s(x, best) : i32x4.lt_s(x, best);
  return isMaximum ? f32x4.gt(x, best) : f32x4.lt(x, best);
}

/** `best`, or `x` where that is beyond it. */
// @ts-ignore: decorator
@inline
function further(isMaximum: bool, isInteger: bool, x: v128, best: v128): v128 {
  if (isInteger) return isMaximum ? i32x4.max_s(best, x) : i32x4.min_s(best, x);
  return isMaximum ? f32x4.pmax(best, x) : f32x4.pmin(best, x);
}

/** The first place of the extremum among `count` values; 0 if the first is NaN, else NaN counts as nothing. */
// @ts-ignore: decorator
@inline
function placeInRun(isMaximum: bool, isInteger: bool, from: usize, count: i32): i32 {
  let best0 = v128.load32_splat(from);
  let best1 = best0;
  let place0 = i32x4.splat(0);
  let place1 = place0;
  let at0 = i32x4(0, 1, 2, 3);
  let at1 = i32x4(4, 5, 6, 7);
  const step = i32x4.splat(8);
  let i = 0;
  for (; i + 8 <= count; i += 8) {
    const x0 = v128.load(from);
    const x1 = v128.load(from, 16);
    place0 = v128.bitselect(at0, place0, isBeyond(isMaximum, isInteger, x0, best0));
    place1 = v128.bitselect(at1, place1, isBeyond(isMaximum, isInteger, x1, best1));
    best0 = further(isMaximum, isInteger, x0, best0);
    best1 = further(isMaximum, isInteger, x1, best1);
    at0 = i32x4.add(at0, step);
    at1 = i32x4.add(at1, step);
    from += 32;
  }
  for (; i < count; i++) {
    // One value in every lane: the first place is found among equals below.
    const x0 = v128.load32_splat(from);
    place0 = v128.bitselect(i32x4.splat(i), place0, isBeyond(isMaximum, isInteger, x0, best0));
    best0 = further(isMaximum, isInteger, x0, best0);
    from += 4;
  }
  let most = further(isMaximum, isInteger, best1, best0);
  most = further(isMaximum, isInteger, v128.shuffle<i32>(most, most, 2, 3, 0, 1), most);
  most = further(isMaximum, isInteger, v128.shuffle<i32>(most, most, 1, 0, 3, 2), most);
  const none = i32x4.splat(i32.MAX_VALUE);
  const equal0 = isInteger ? i32x4.eq(best0, most) : f32x4.eq(best0, most);
  const equal1 = isInteger ? i32x4.eq(best1, most) : f32x4.eq(best1, most);
  let place = i32x4.min_s(v128.bitselect(place0, none, equal0), v128.bitselect(place1, none, equal1));
  place = i32x4.min_s(place, v128.shuffle<i32>(place, place, 2, 3, 0, 1));
  place = i32x4.min_s(place, v128.shuffle<i32>(place, place, 1, 0, 3, 2));
  const found = i32x4.extract_lane(place, 0);
  return found == i32.MAX_VALUE ? 0 : found;
}

/** The first places of the extrema of 16 neighbouring columns, or of `count` when that is less, one by one. */
// @ts-ignore: decorator
@inline
function placesInColumns(isMaximum: bool, isInteger: bool, from: usize, rows: i32, rowBytes: usize, to: usize, count: i32): void {
  if (count >= 16) {
    let best0 = v128.load(from);
    let best1 = v128.load(from, 16);
    let best2 = v128.load(from, 32);
    let best3 = v128.load(from, 48);
    let place0 = i32x4.splat(0);
    let place1 = place0;
    let place2 = place0;
    let place3 = place0;
    for (let row = 1; row < rows; row++) {
      from += rowBytes;
      const at = i32x4.splat(row);
      const x0 = v128.load(from);
      place0 = v128.bitselect(at, place0, isBeyond(isMaximum, isInteger, x0, best0));
      best0 = further(isMaximum, isInteger, x0, best0);
      const x1 = v128.load(from, 16);
      place1 = v128.bitselect(at, place1, isBeyond(isMaximum, isInteger, x1, best1));
      best1 = further(isMaximum, isInteger, x1, best1);
      const x2 = v128.load(from, 32);
      place2 = v128.bitselect(at, place2, isBeyond(isMaximum, isInteger, x2, best2));
      best2 = further(isMaximum, isInteger, x2, best2);
      const x3 = v128.load(from, 48);
      place3 = v128.bitselect(at, place3, isBeyond(isMaximum, isInteger, x3, best3));
      best3 = further(isMaximum, isInteger, x3, best3);
    }
    v128.store(to, place0);
    v128.store(to, place1, 16);
    v128.store(to, place2, 32);
    v128.store(to, place3, 48);
    return;
  }
  for (let column = 0; column < count; column++) {
    let at = from + (<usize>column << 2);
    let best = v128.load32_splat(at);
    let place = i32x4.splat(0);
    for (let row = 1; row < rows; row++) {
      at += rowBytes;
      const x = v128.load32_splat(at);
      place = v128.bitselect(i32x4.splat(row), place, isBeyond(isMaximum, isInteger, x, best));
      best = further(isMaximum, isInteger, x, best);
    }
    store<i32>(to + (<usize>column << 2), i32x4.extract_lane(place, 0));
  }
}

/**
 * The first places of the extrema over the middle axis of [outer, rows, columns]. Items are groups of up to 16 columns of one of the `outer`
 * matrices.
 */
// @ts-ignore: decorator
@inline
function argExtremum(isMaximum: bool, isInteger: bool, task: i32, tasks: i32, x: usize, y: usize, outer: i32, rows: i32, columns: i32): void {
  const groups = (columns + 15) / 16;
  const items = outer * groups;
  const end = partStart(items, task + 1, tasks);
  const rowBytes = <usize>columns << 2;
  for (let item = partStart(items, task, tasks); item < end; item++) {
    if (columns == 1) {
      store<i32>(y + (<usize>item << 2), placeInRun(isMaximum, isInteger, x + ((<usize>item * rows) << 2), rows));
    } else {
      const matrix = item / groups;
      const column = (item - matrix * groups) * 16;
      const shift = <usize>column << 2;
      const from = x + <usize>matrix * rows * rowBytes + shift;
      placesInColumns(isMaximum, isInteger, from, rows, rowBytes, y + <usize>matrix * rowBytes + shift, columns - column);
    }
  }
}

export function argMaximum(task: i32, tasks: i32, x: usize, y: usize, outer: i32, rows: i32, columns: i32): void {
  argExtremum(true, false, task, tasks, x, y, outer, rows, columns);
}

export function argMinimum(task: i32, tasks: i32, x: usize, y: usize, outer: i32, rows: i32, columns: i32): void {
  argExtremum(false, false, task, tasks, x, y, outer, rows, columns);
}

export function integerArgMaximum(task: i32, tasks: i32, x: usize, y: usize, outer: i32, rows: i32, columns: i32): void {
  argExtremum(true, true, task, tasks, x, y, outer, rows, columns);
}

export function integerArgMinimum(task: i32, tasks: i32, x: usize, y: usize, outer: i32, rows: i32, columns: i32): void {
  argExtremum(false, true, task, tasks, x, y, outer, rows, columns);
}
