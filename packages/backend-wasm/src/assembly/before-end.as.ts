import { loadPartial, storePartial } from './vector.as';

/** Four floats of which the first `count` (1 to 4, or more) are wanted; the others are whatever follows, and 0 where that is not before `end`. */
// @ts-ignore: decorator
@inline
export function loadBefore(end: usize, pointer: usize, count: i32): v128 {
  return pointer + 16 <= end ? v128.load(pointer) : loadPartial(pointer, count);
}

/** Stores the first `count` (1 to 4, or more) lanes; the others too, where they lie before `end`, for what is written there later. */
// @ts-ignore: decorator
@inline
export function storeBefore(end: usize, pointer: usize, value: v128, count: i32): void {
  if (pointer + 16 <= end) v128.store(pointer, value);
  else storePartial(pointer, value, count);
}
