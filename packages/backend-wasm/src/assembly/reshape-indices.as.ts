import { partStart } from './vector.as';

/** The place in an array of shape `shape` that `rank` indices mean. */
// @ts-ignore: decorator
@inline
function placeOf(indices: usize, shape: usize, rank: i32): i64 {
  let place = <i64>load<i32>(indices);
  for (let i = 1; i < rank; i++) {
    const shift = <usize>i << 2;
    place = place * <i64>load<i32>(shape + shift) + <i64>load<i32>(indices + shift);
  }
  return place;
}

/** `place / length`, cut off: of small numbers by the faster division, of others in doubles, which hold them exactly. */
// @ts-ignore: decorator
@inline
function quotientOf(place: i64, length: i32): i64 {
  const small = <i32>place;
  return <i64>small == place ? <i64>(small / length) : <i64>(<f64>place / <f64>length);
}

/**
 * The rows of indices into an array of shape `fromShape` as rows of indices into one of shape `toShape`, both of integers on the heap and with less
 * than 2^53 elements. Ranks are at least 1. Items are rows.
 */
export function reshapeIndices(
  task: i32, tasks: i32, x: usize, y: usize, fromShape: usize, toShape: usize, fromRank: i32, toRank: i32, count: i32,
): void {
  const end = partStart(count, task + 1, tasks);
  let row = partStart(count, task, tasks);
  let from = x + (<usize>(row * fromRank) << 2);
  let to = y + (<usize>(row * toRank) << 2);
  const fromBytes = <usize>fromRank << 2;
  const toBytes = <usize>toRank << 2;
  const columns = <i64>load<i32>(fromShape, 4);
  for (; row < end; row++) {
    let place = fromRank == 2 ? <i64>load<i32>(from) * columns + <i64>load<i32>(from, 4) : placeOf(from, fromShape, fromRank);
    for (let i = toRank - 1; i > 0; i--) {
      const shift = <usize>i << 2;
      const length = load<i32>(toShape + shift);
      const rest = quotientOf(place, length);
      store<i32>(to + shift, <i32>(place - rest * <i64>length));
      place = rest;
    }
    store<i32>(to, <i32>place);
    from += fromBytes;
    to += toBytes;
  }
}
