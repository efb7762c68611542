import { loadPartial } from './vector.as';

/** Four floats of which the first `count` (1 to 4, or more) are wanted; the others are whatever follows, and 0 where that is not before `end`. */
// @ts-ignore: decorator
@inline
export function loadBefore(end: usize, pointer: usize, count: i32): v128 {
  return pointer + 16 <= end ? v128.load(pointer) : loadPartial(pointer, count);
}
