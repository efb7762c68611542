import { exponentialOfNegative } from './exponential-of-negative.as';

/** Bytes of a candidate: its score, its box and the first selected box that it was not compared with. */
const CANDIDATE: usize = 16;

/** Bytes of a selected box: its least and greatest y and x, and its area. */
const SELECTED: usize = 40;

/** Whether the candidate at `a` comes before the one at `b`: with the greater score, of equal ones with the lower index. */
// @ts-ignore: decorator
@inline
function isBefore(a: usize, b: usize): bool {
  const x = load<f64>(a);
  const y = load<f64>(b);
  return x > y || (x == y && load<i32>(a, 8) < load<i32>(b, 8));
}

// @ts-ignore: decorator
@inline
function swap(a: usize, b: usize): void {
  const value = v128.load(a);
  v128.store(a, v128.load(b));
  v128.store(b, value);
}

/** Moves a candidate down a heap of `count` until none below comes before it. */
function sink(heap: usize, position: i32, count: i32): void {
  let at = heap + <usize>position * CANDIDATE;
  for (let child = 2 * position + 1; child < count; child = 2 * position + 1) {
    let below = heap + <usize>child * CANDIDATE;
    if (child + 1 < count && isBefore(below + CANDIDATE, below)) {
      child++;
      below += CANDIDATE;
    }
    if (isBefore(at, below)) return;
    swap(at, below);
    at = below;
    position = child;
  }
}

/** Moves the last candidate of a heap up until it does not come before the one above. */
function rise(heap: usize, position: i32): void {
  while (position > 0) {
    const parent = (position - 1) >> 1;
    const at = heap + <usize>position * CANDIDATE;
    const above = heap + <usize>parent * CANDIDATE;
    if (isBefore(above, at)) return;
    swap(above, at);
    position = parent;
  }
}

/** Writes what a comparison needs of the box `[y1, x1, y2, x2]` at `box`, whose corners may be any two that face each other. */
// @ts-ignore: decorator
@inline
function writeBox(box: usize, to: usize): void {
  const y1 = <f64>load<f32>(box);
  const x1 = <f64>load<f32>(box, 4);
  const y2 = <f64>load<f32>(box, 8);
  const x2 = <f64>load<f32>(box, 12);
  const top = min<f64>(y1, y2);
  const left = min<f64>(x1, x2);
  const bottom = max<f64>(y1, y2);
  const right = max<f64>(x1, x2);
  store<f64>(to, top);
  store<f64>(to, left, 8);
  store<f64>(to, bottom, 16);
  store<f64>(to, right, 24);
  store<f64>(to, (bottom - top) * (right - left), 32);
}

/** The area that two boxes share, as a part of the area that they cover. */
// @ts-ignore: decorator
@inline
function overlapOf(a: usize, b: usize): f64 {
  const areaA = load<f64>(a, 32);
  const areaB = load<f64>(b, 32);
  if (areaA <= 0 || areaB <= 0) return 0;
  const height = min<f64>(load<f64>(a, 16), load<f64>(b, 16)) - max<f64>(load<f64>(a), load<f64>(b));
  const width = min<f64>(load<f64>(a, 24), load<f64>(b, 24)) - max<f64>(load<f64>(a, 8), load<f64>(b, 8));
  const shared = max<f64>(height, 0) * max<f64>(width, 0);
  return shared / (areaA + areaB - shared);
}

/**
 * Selects boxes in the order of their scores, at most `most` and of scores above `leastScore`, and none that shares `mostOverlap` or more with one
 * selected before. With a `scale` other than 0 a lesser overlap costs a candidate `e^(scale overlap^2)` of its score, and it waits for its new turn.
 * Writes the boxes' numbers to `indices`, and 0 up to `padded` of them, their scores to `values` (0: nowhere), and to `found` how many they are.
 *
 * @param candidates room for a candidate a box
 * @param selected room for one selected box more than `most`
 */
export function suppressOverlaps(
  _task: i32,
  _tasks: i32,
  boxes: usize,
  scores: usize,
  count: i32,
  most: i32,
  mostOverlap: f64,
  leastScore: f64,
  scale: f64,
  candidates: usize,
  selected: usize,
  indices: usize,
  padded: i32,
  values: usize,
  found: usize,
): void {
  let waiting = 0;
  for (let box = 0; box < count; box++) {
    const score = <f64>load<f32>(scores + (<usize>box << 2));
    if (!(score > leastScore)) continue;
    const candidate = candidates + <usize>waiting * CANDIDATE;
    store<f64>(candidate, score);
    store<i32>(candidate, box, 8);
    store<i32>(candidate, 0, 12);
    waiting++;
  }
  for (let position = (waiting >> 1) - 1; position >= 0; position--) sink(candidates, position, waiting);
  let chosen = 0;
  while (chosen < most && waiting > 0) {
    const original = load<f64>(candidates);
    const box = load<i32>(candidates, 8);
    const first = load<i32>(candidates, 12);
    const last = candidates + <usize>--waiting * CANDIDATE;
    v128.store(candidates, v128.load(last));
    sink(candidates, 0, waiting);
    const own = selected + <usize>chosen * SELECTED;
    writeBox(boxes + (<usize>box << 4), own);
    let score = original;
    let isSuppressed = false;
    for (let other = own - SELECTED; other >= selected + <usize>first * SELECTED; other -= SELECTED) {
      const overlap = overlapOf(own, other);
      if (overlap >= mostOverlap) {
        isSuppressed = true;
        break;
      }
      if (scale != 0 || overlap != overlap) score *= overlap <= mostOverlap ? exponentialOfNegative(scale * overlap * overlap) : 0;
      if (score <= leastScore) break;
    }
    if (isSuppressed) continue;
    if (score == original) {
      store<i32>(indices + (<usize>chosen << 2), box);
      if (values != 0) store<f32>(values + (<usize>chosen << 2), <f32>score);
      chosen++;
    } else if (score > leastScore) {
      store<f64>(last, score);
      store<i32>(last, box, 8);
      store<i32>(last, chosen, 12);
      rise(candidates, waiting++);
    }
  }
  for (let place = chosen; place < padded; place++) store<i32>(indices + (<usize>place << 2), 0);
  store<i32>(found, chosen);
}
