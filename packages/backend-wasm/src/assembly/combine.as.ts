/** What a window takes of one more value: NaN is never the greatest. */
// @ts-ignore: decorator
@inline
export function combine(isMaximum: bool, sofar: v128, value: v128): v128 {
  return isMaximum ? f32x4.pmax(sofar, value) : f32x4.add(sofar, value);
}

/** What a window without pixels has. `zero` is 0, but only at run time: V8 then keeps the value in a register. */
// @ts-ignore: decorator
@inline
export function nothing(isMaximum: bool, zero: v128): v128 {
  return v128.or(f32x4.splat(isMaximum ? -Infinity : 0), zero);
}

/** What comes out of a window of so many values. */
// @ts-ignore: decorator
@inline
export function finish(isMaximum: bool, total: v128, count: v128): v128 {
  return isMaximum ? total : f32x4.div(total, count);
}
