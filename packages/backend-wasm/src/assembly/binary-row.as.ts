import { applyBinary, givesBools, takesBools, takesLong } from './binary-operation.as';
import { loadPartial, storePartial } from './vector.as';

// @ts-ignore: decorator
@inline
function numbersToNumbers(op: i32, aVaries: bool, bVaries: bool, a: usize, b: usize, y: usize, count: i32): void {
  const onlyA = v128.load32_splat(a);
  const onlyB = v128.load32_splat(b);
  if (count < 4) {
    const lastA = aVaries ? loadPartial(a, count) : onlyA;
    const lastB = bVaries ? loadPartial(b, count) : onlyB;
    storePartial(y, applyBinary(op, lastA, lastB), count);
    return;
  }
  // The last four overlap those before them, and are read first since `y` may be where `a` or `b` is.
  const last = <usize>(count - 4) << 2;
  const lastA = aVaries ? v128.load(a + last) : onlyA;
  const lastB = bVaries ? v128.load(b + last) : onlyB;
  const lastY = y + last;
  let left = count;
  for (; left >= 16; left -= 16) {
    v128.store(y, applyBinary(op, aVaries ? v128.load(a) : onlyA, bVaries ? v128.load(b) : onlyB));
    v128.store(y, applyBinary(op, aVaries ? v128.load(a, 16) : onlyA, bVaries ? v128.load(b, 16) : onlyB), 16);
    v128.store(y, applyBinary(op, aVaries ? v128.load(a, 32) : onlyA, bVaries ? v128.load(b, 32) : onlyB), 32);
    v128.store(y, applyBinary(op, aVaries ? v128.load(a, 48) : onlyA, bVaries ? v128.load(b, 48) : onlyB), 48);
    a += 64;
    b += 64;
    y += 64;
  }
  for (; left >= 4; left -= 4) {
    v128.store(y, applyBinary(op, aVaries ? v128.load(a) : onlyA, bVaries ? v128.load(b) : onlyB));
    a += 16;
    b += 16;
    y += 16;
  }
  if (left > 0) v128.store(lastY, applyBinary(op, lastA, lastB));
}

/** For functions of many instructions, beside which a branch costs nothing. */
// @ts-ignore: decorator
@inline
function numbersToNumbersSlowly(op: i32, aVaries: bool, bVaries: bool, a: usize, b: usize, y: usize, count: i32): void {
  const onlyA = v128.load32_splat(a);
  const onlyB = v128.load32_splat(b);
  for (let left = count; left > 0; left -= 4) {
    storePartial(y, applyBinary(op, aVaries ? loadPartial(a, left) : onlyA, bVaries ? loadPartial(b, left) : onlyB), left);
    a += 16;
    b += 16;
    y += 16;
  }
}

// @ts-ignore: decorator
@inline
function numbersToBools(op: i32, aVaries: bool, bVaries: bool, a: usize, b: usize, y: usize, count: i32): void {
  const onlyA = v128.load32_splat(a);
  const onlyB = v128.load32_splat(b);
  const ones = i8x16.splat(1);
  let left = count;
  for (; left >= 16; left -= 16) {
    const low = i16x8.narrow_i32x4_s(
      applyBinary(op, aVaries ? v128.load(a) : onlyA, bVaries ? v128.load(b) : onlyB),
      applyBinary(op, aVaries ? v128.load(a, 16) : onlyA, bVaries ? v128.load(b, 16) : onlyB),
    );
    const high = i16x8.narrow_i32x4_s(
      applyBinary(op, aVaries ? v128.load(a, 32) : onlyA, bVaries ? v128.load(b, 32) : onlyB),
      applyBinary(op, aVaries ? v128.load(a, 48) : onlyA, bVaries ? v128.load(b, 48) : onlyB),
    );
    v128.store(y, v128.and(i8x16.narrow_i16x8_s(low, high), ones));
    a += 64;
    b += 64;
    y += 16;
  }
  for (; left > 0; left--) {
    const holds = applyBinary(op, aVaries ? v128.load32_splat(a) : onlyA, bVaries ? v128.load32_splat(b) : onlyB);
    store<u8>(y++, <u8>(i32x4.extract_lane(holds, 0) & 1));
    a += 4;
    b += 4;
  }
}

// @ts-ignore: decorator
@inline
function boolsToBools(op: i32, aVaries: bool, bVaries: bool, a: usize, b: usize, y: usize, count: i32): void {
  const onlyA = v128.load8_splat(a);
  const onlyB = v128.load8_splat(b);
  let left = count;
  for (; left >= 16; left -= 16) {
    v128.store(y, applyBinary(op, aVaries ? v128.load(a) : onlyA, bVaries ? v128.load(b) : onlyB));
    a += 16;
    b += 16;
    y += 16;
  }
  for (; left > 0; left--) {
    const value = applyBinary(op, aVaries ? v128.load8_splat(a) : onlyA, bVaries ? v128.load8_splat(b) : onlyB);
    store<u8>(y++, i8x16.extract_lane_u(value, 0));
    a++;
    b++;
  }
}

// @ts-ignore: decorator
@inline
function rowOf(op: i32, aVaries: bool, bVaries: bool, a: usize, b: usize, y: usize, count: i32): void {
  if (takesBools(op)) boolsToBools(op, aVaries, bVaries, a, b, y, count);
  else if (givesBools(op)) numbersToBools(op, aVaries, bVaries, a, b, y, count);
  else numbersToNumbers(op, aVaries, bVaries, a, b, y, count);
}

/** `y[i] = op(a[i], b[i])` for `count` elements, at least one of the operands varying from element to element. */
// @ts-ignore: decorator
@inline
export function binaryRow(op: i32, aVaries: bool, bVaries: bool, a: usize, b: usize, y: usize, count: i32): void {
  if (takesLong(op)) numbersToNumbersSlowly(op, aVaries, bVaries, a, b, y, count);
  else if (!bVaries) rowOf(op, true, false, a, b, y, count);
  else if (!aVaries) rowOf(op, false, true, a, b, y, count);
  else rowOf(op, true, true, a, b, y, count);
}
