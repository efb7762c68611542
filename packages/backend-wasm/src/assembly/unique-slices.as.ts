import { fillRun } from './fill.as';

/** The bits of an element, the same for all that are printed alike: zeros have no sign, and all NaN are one. */
// @ts-ignore: decorator
@inline
function bitsOf(at: usize, size: i32, isFloat: i32): u32 {
  if (size == 1) return load<u8>(at);
  if (!isFloat) return load<u32>(at);
  const value = load<f32>(at);
  if (value != value) return 0x7fc00000;
  return value == 0 ? 0 : load<u32>(at);
}

/** The start of the part of slice `i` in row `m` of an array [outer, n, inner]. */
// @ts-ignore: decorator
@inline
function lineOf(x: usize, m: i32, n: i32, i: i32, bytes: usize): usize {
  return x + (<usize>m * n + i) * bytes;
}

function hashOf(x: usize, outer: i32, n: i32, bytes: usize, i: i32, size: i32, isFloat: i32): u32 {
  let hash: u32 = 0;
  for (let m = 0; m < outer; m++) {
    let at = lineOf(x, m, n, i, bytes);
    for (const end = at + bytes; at < end; at += size) hash = rotl<u32>((hash ^ bitsOf(at, size, isFloat)) * 0x9e3779b1, 15);
  }
  hash *= 0x85ebca6b;
  return hash ^ (hash >>> 16);
}

function areEqual(x: usize, outer: i32, n: i32, bytes: usize, i: i32, j: i32, size: i32, isFloat: i32): bool {
  for (let m = 0; m < outer; m++) {
    const a = lineOf(x, m, n, i, bytes);
    const b = lineOf(x, m, n, j, bytes);
    for (let offset: usize = 0; offset < bytes; offset += size) {
      if (bitsOf(a + offset, size, isFloat) != bitsOf(b + offset, size, isFloat)) return false;
    }
  }
  return true;
}

/**
 * Numbers the different slices `x[:, i, :]` of an array [outer, n, inner], of which a line of `inner` elements has `bytes` bytes, in the order in
 * which they come: `numbers[i]` is that of slice `i`, `firsts` has the first slice of each, and `found` how many there are. `table` has
 * `mask + 1` words, a power of 2 above `n`. In one part.
 */
export function uniqueSlices(
  _task: i32, _tasks: i32, x: usize, outer: i32, n: i32, bytes: usize, size: i32, isFloat: i32, table: usize, mask: i32,
  numbers: usize, firsts: usize, found: usize,
): void {
  fillRun(table, (<usize>mask + 1) << 2, -1);
  let count = 0;
  for (let i = 0; i < n; i++) {
    let slot = <i32>hashOf(x, outer, n, bytes, i, size, isFloat) & mask;
    let number = load<i32>(table + (<usize>slot << 2));
    while (number >= 0 && !areEqual(x, outer, n, bytes, i, load<i32>(firsts + (<usize>number << 2)), size, isFloat)) {
      slot = (slot + 1) & mask;
      number = load<i32>(table + (<usize>slot << 2));
    }
    if (number < 0) {
      number = count++;
      store<i32>(table + (<usize>slot << 2), number);
      store<i32>(firsts + (<usize>number << 2), i);
    }
    store<i32>(numbers + (<usize>i << 2), number);
  }
  store<i32>(found, count);
}
