import { gather, partStart } from './vector.as';

/** Runs of this many bytes and more are left to the engine. */
// @ts-ignore: decorator
@inline
const LONG_RUN: usize = 1024;

/** Copies bytes. Neither reads nor writes past them. */
export function copyRun(from: usize, to: usize, bytes: usize): void {
  if (bytes >= LONG_RUN) {
    memory.copy(to, from, bytes);
    return;
  }
  for (; bytes >= 16; bytes -= 16) {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
  }
  for (; bytes >= 4; bytes -= 4) {
    store<u32>(to, load<u32>(from));
    from += 4;
    to += 4;
  }
  for (; bytes > 0; bytes--) store<u8>(to++, load<u8>(from++));
}

/** Copies elements of type T that lie `fromStep` and `toStep` bytes apart. */
// @ts-ignore: decorator
@inline
function copyElements<T>(from: usize, to: usize, count: i32, fromStep: i32, toStep: i32): void {
  for (; count > 0; count--) {
    store<T>(to, load<T>(from));
    from += fromStep;
    to += toStep;
  }
}

/** Copies floats to neighbouring places: one of them over and over, in reverse, or from `fromStep` bytes apart. */
function copyFloats(from: usize, to: usize, count: i32, fromStep: i32): void {
  if (fromStep == 0) {
    const value = v128.load32_splat(from);
    for (; count >= 4; count -= 4) {
      v128.store(to, value);
      to += 16;
    }
  } else if (fromStep == -4) {
    for (; count >= 4; count -= 4) {
      const value = v128.load(from - 12);
      v128.store(to, v128.shuffle<i32>(value, value, 3, 2, 1, 0));
      from -= 16;
      to += 16;
    }
  } else {
    for (; count >= 4; count -= 4) {
      v128.store(to, gather(from, fromStep));
      from += 4 * fromStep;
      to += 16;
    }
  }
  copyElements<u32>(from, to, count, fromStep, 4);
}

// @ts-ignore: decorator
@inline
function copyRow(size: i32, from: usize, to: usize, count: i32, fromStep: i32, toStep: i32): void {
  if (fromStep == size && toStep == size) copyRun(from, to, <usize>(count * size));
  else if (size == 4) {
    if (toStep == 4) copyFloats(from, to, count, fromStep);
    else copyElements<u32>(from, to, count, fromStep, toStep);
  } else if (size == 1 && fromStep == 0 && toStep == 1) memory.fill(to, load<u8>(from), count);
  else if (size == 1) copyElements<u8>(from, to, count, fromStep, toStep);
  else copyElements<u64>(from, to, count, fromStep, toStep);
}

/**
 * Copies an array of up to six axes, of which axis `i` has `ni` elements of `size` bytes (1, 4 or 8), `fi` bytes apart in the source and `ti`
 * in the target; axis 0 is the innermost. Strides of the source may be 0 or negative. A row is cut into `pieces`, which are the items.
 */
export function copyStrided(
  task: i32, tasks: i32, from: usize, to: usize, size: i32, pieces: i32, n0: i32, f0: i32, t0: i32, n1: i32, f1: i32, t1: i32,
  n2: i32, f2: i32, t2: i32, n3: i32, f3: i32, t3: i32, n4: i32, f4: i32, t4: i32, n5: i32, f5: i32, t5: i32,
): void {
  const items = n1 * n2 * n3 * n4 * n5 * pieces;
  const end = partStart(items, task + 1, tasks);
  let item = partStart(items, task, tasks);
  let rest = item / pieces;
  let piece = item - rest * pieces;
  let i1 = rest % n1;
  rest /= n1;
  let i2 = rest % n2;
  rest /= n2;
  let i3 = rest % n3;
  rest /= n3;
  let i4 = rest % n4;
  const i5 = rest / n4;
  from += i1 * f1 + i2 * f2 + i3 * f3 + i4 * f4 + i5 * f5;
  to += i1 * t1 + i2 * t2 + i3 * t3 + i4 * t4 + i5 * t5;
  for (; item < end; item++) {
    if (pieces == 1) {
      copyRow(size, from, to, n0, f0, t0);
    } else {
      const first = partStart(n0, piece, pieces);
      copyRow(size, from + first * f0, to + first * t0, partStart(n0, piece + 1, pieces) - first, f0, t0);
      if (++piece < pieces) continue;
      piece = 0;
    }
    from += f1;
    to += t1;
    if (++i1 < n1) continue;
    i1 = 0;
    from += f2 - n1 * f1;
    to += t2 - n1 * t1;
    if (++i2 < n2) continue;
    i2 = 0;
    from += f3 - n2 * f2;
    to += t3 - n2 * t2;
    if (++i3 < n3) continue;
    i3 = 0;
    from += f4 - n3 * f3;
    to += t4 - n3 * t3;
    if (++i4 < n4) continue;
    i4 = 0;
    from += f5 - n4 * f4;
    to += t5 - n4 * t4;
  }
}
