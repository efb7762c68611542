/** The sum of the four lanes, in every lane. */
// @ts-ignore: decorator
@inline
export function sumOfLanes(value: v128): v128 {
  const halves = f32x4.add(value, v128.shuffle<i32>(value, value, 2, 3, 0, 1));
  return f32x4.add(halves, v128.shuffle<i32>(halves, halves, 1, 0, 3, 2));
}

/** `value` in the first `count` lanes and 0 in the others. */
// @ts-ignore: decorator
@inline
export function keepLanes(value: v128, count: i32): v128 {
  return v128.and(value, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)));
}
