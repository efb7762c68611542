import { floatsOf, highDoubles, lowDoubles } from './doubles.as';

/** The first two of four integers as doubles. */
// @ts-ignore: decorator
@inline
function lowIntegers(x: v128): v128 {
  return f64x2.convert_low_i32x4_s(x);
}

/** The last two of four integers as doubles. */
// @ts-ignore: decorator
@inline
function highIntegers(x: v128): v128 {
  return f64x2.convert_low_i32x4_s(i64x2.shuffle(x, x, 1, 1));
}

/** `x % y` as JavaScript has it, moved to the sign of `y`: the definition of tfjs' cpu backend. */
function modulo(x: f64, y: f64): f64 {
  const rest = x % y;
  return (x < 0 && y < 0) || (x >= 0 && y >= 0) ? rest : (rest + y) % y;
}

/** {@link modulo} of two pairs, one after the other. */
function eachModulo(x: v128, y: v128): v128 {
  const first = f64x2.splat(modulo(f64x2.extract_lane(x, 0), f64x2.extract_lane(y, 0)));
  return f64x2.replace_lane(first, 1, modulo(f64x2.extract_lane(x, 1), f64x2.extract_lane(y, 1)));
}

/** {@link modulo} of two pairs. */
// @ts-ignore: decorator
@inline
function moduloOfTwo(x: v128, y: v128): v128 {
  const signs = i64x2.splat(0x8000000000000000);
  const zero = f64x2.splat(0);
  const divisor = f64x2.abs(y);
  const quotient = f64x2.trunc(f64x2.div(f64x2.abs(x), divisor));
  // Quotients up to here times the divisor are exact; no quotient is NaN.
  const isExact = v128.and(f64x2.lt(quotient, f64x2.splat(536870912)), f64x2.lt(divisor, f64x2.splat(Infinity)));
  if (!i64x2.all_true(isExact)) return eachModulo(x, y);
  const rest = f64x2.sub(f64x2.abs(x), f64x2.mul(quotient, divisor));
  // A quotient that was rounded up is one too large.
  const size = f64x2.add(rest, v128.and(divisor, f64x2.lt(rest, zero)));
  const own = v128.or(size, v128.and(x, signs));
  const moved = f64x2.add(own, y);
  const other = v128.bitselect(v128.and(y, signs), moved, f64x2.eq(moved, y));
  return v128.bitselect(other, own, v128.xor(f64x2.lt(x, zero), f64x2.lt(y, zero)));
}

/** `x mod y` with the sign of `y`, exact but for the rounding where the signs differ. */
export function modulo4(x: v128, y: v128): v128 {
  return floatsOf(moduloOfTwo(lowDoubles(x), lowDoubles(y)), moduloOfTwo(highDoubles(x), highDoubles(y)));
}

/** `x mod y` of integers, 0 for a divisor of 0. */
export function integerModulo4(x: v128, y: v128): v128 {
  const low = i32x4.trunc_sat_f64x2_s_zero(moduloOfTwo(lowIntegers(x), lowIntegers(y)));
  const high = i32x4.trunc_sat_f64x2_s_zero(moduloOfTwo(highIntegers(x), highIntegers(y)));
  return i64x2.shuffle(low, high, 0, 2);
}

/** The quotients of two pairs, rounded down, as the integers that JavaScript makes of them: modulo 2^32, and 0 of infinities and NaN. */
// @ts-ignore: decorator
@inline
function floorOfTwo(x: v128, y: v128): v128 {
  const quotient = f64x2.floor(f64x2.div(x, y));
  const turns = f64x2.floor(f64x2.mul(quotient, f64x2.splat(2.3283064365386963e-10)));
  return i32x4.trunc_sat_f64x2_u_zero(f64x2.sub(quotient, f64x2.mul(turns, f64x2.splat(4294967296))));
}

/** `floor(x / y)` of floats as integers. */
export function floorDivide4(x: v128, y: v128): v128 {
  return i64x2.shuffle(floorOfTwo(lowDoubles(x), lowDoubles(y)), floorOfTwo(highDoubles(x), highDoubles(y)), 0, 2);
}

/** `floor(x / y)` of integers. */
export function integerFloorDivide4(x: v128, y: v128): v128 {
  return i64x2.shuffle(floorOfTwo(lowIntegers(x), lowIntegers(y)), floorOfTwo(highIntegers(x), highIntegers(y)), 0, 2);
}
