/** Below it, an angle loses no bit of a float when quarter turns are subtracted in double. */
const LARGE: f32 = 2e8;

/** Bits of 2 / pi behind the point, 32 at a time, after a word of zeros. */
@inline
function turnBits(word: u32): u64 {
  if (word == 0) return 0;
  if (word == 1) return 0xa2f9836e;
  if (word == 2) return 0x4e441529;
  if (word == 3) return 0xfc2757d1;
  if (word == 4) return 0xf534ddc0;
  return word == 5 ? 0xdb629599 : 0x3c439041;
}

/**
 * Quarter turns in a large angle, modulo one turn, as a fraction of 2^62: its mantissa times the bits of 2 / pi that its exponent leaves
 * (Payne and Hanek, "Radian reduction for trigonometric functions", SIGNUM 1983).
 */
function quartersOfLarge(angle: f32): u64 {
  const bits = reinterpret<u32>(angle);
  const mantissa = u64(((bits & 0x7fffff) << 8) | 0x80000000);
  const start = ((bits >>> 23) & 255) - 128;
  const word = start >>> 5;
  const shift = u64(start & 31);
  const first = (turnBits(word) << 32) | turnBits(word + 1);
  const second = (turnBits(word + 2) << 32) | turnBits(word + 3);
  const high = (first << shift) >>> 32;
  const middle = (((first << 32) | (second >>> 32)) << shift) >>> 32;
  const low = (second << shift) >>> 32;
  return mantissa * middle + ((mantissa * low) >>> 32) + ((mantissa * high) << 32);
}

/** The sine within `[-pi/4, pi/4]`, to the last bit of a float but for rare roundings (the coefficients of FreeBSD's msun). */
@inline
function sineOfRest(x: f64): f64 {
  const z = x * x;
  const s = z * x;
  return x + s * (-0.16666666641626524 + z * 0.008333329385889463) + s * (z * z) * (-0.00019839334836096632 + z * 2.718311493989822e-6);
}

/** The cosine within `[-pi/4, pi/4]`. */
@inline
function cosineOfRest(x: f64): f64 {
  const z = x * x;
  const w = z * z;
  return 1 + z * -0.499999997251031 + w * 0.04166662332373906 + w * z * (-0.001388676377460993 + z * 2.439044879627741e-5);
}

/** `sin(angle + quarters * pi/2)`; NaN for infinities. */
function sine(angle: f32, quarters: i64): f32 {
  let rest: f64;
  let quarter = quarters;
  if (abs<f32>(angle) < LARGE) {
    const turned = nearest(f64(angle) * 0.6366197723675814);
    rest = f64(angle) - turned * 1.5707963109016418 - turned * 1.5893254773528197e-8;
    quarter += i64(turned);
  } else {
    if (!(abs<f32>(angle) < Infinity)) return NaN;
    const turned = quartersOfLarge(abs(angle));
    const whole = (turned + (1 << 61)) >>> 62;
    const sign = angle < 0 ? -1.0 : 1.0;
    // A quarter turn is pi / 2 / 2^62 of these.
    rest = sign * f64(i64(turned - (whole << 62))) * 3.4061215800865545e-19;
    quarter += angle < 0 ? -i64(whole) : i64(whole);
  }
  const value = (quarter & 1) == 0 ? sineOfRest(rest) : cosineOfRest(rest);
  return f32((quarter & 2) == 0 ? value : -value);
}

@inline
function sines(x: v128, quarters: i64): v128 {
  let y = f32x4.splat(sine(f32x4.extract_lane(x, 0), quarters));
  y = f32x4.replace_lane(y, 1, sine(f32x4.extract_lane(x, 1), quarters));
  y = f32x4.replace_lane(y, 2, sine(f32x4.extract_lane(x, 2), quarters));
  return f32x4.replace_lane(y, 3, sine(f32x4.extract_lane(x, 3), quarters));
}

/** `sin(x)` of any size within a unit in the last place, a number at a time. */
export function sin4(x: v128): v128 {
  return sines(x, 0);
}

/** `cos(x)` of any size within a unit in the last place, a number at a time. */
export function cos4(x: v128): v128 {
  return sines(x, 1);
}
