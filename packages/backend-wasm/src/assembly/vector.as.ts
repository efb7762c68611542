/** `a * b + c` in four lanes: one rounding where the build and the machine have a fused instruction, two elsewhere. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** `mask ? yes : no` in four lanes; the bits of a lane's mask are all ones or all zeros. */
// @ts-ignore: decorator
@inline
export function select4(yes: v128, no: v128, mask: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i32x4.relaxed_laneselect(yes, no, mask);
  return v128.bitselect(yes, no, mask);
}

/** Loads `count` (0 to 3) floats; the other lanes are 0. Never reads past them. */
function loadTail(pointer: usize, count: i32): v128 {
  let value = f32x4.splat(0);
  if (count > 0) value = v128.load32_zero(pointer);
  if (count > 1) value = v128.load_lane<f32>(pointer, value, 1, 4);
  if (count > 2) value = v128.load_lane<f32>(pointer, value, 2, 8);
  return value;
}

/** Stores the first `count` (0 to 3) lanes. */
function storeTail(pointer: usize, value: v128, count: i32): void {
  if (count > 0) v128.store_lane<f32>(pointer, value, 0);
  if (count > 1) v128.store_lane<f32>(pointer, value, 1, 4);
  if (count > 2) v128.store_lane<f32>(pointer, value, 2, 8);
}

/** Loads four floats, or as many as `count` says; the other lanes are 0. */
// @ts-ignore: decorator
@inline
export function loadPartial(pointer: usize, count: i32): v128 {
  return count >= 4 ? v128.load(pointer) : loadTail(pointer, count);
}

/** Stores four lanes, or as many as `count` says. */
// @ts-ignore: decorator
@inline
export function storePartial(pointer: usize, value: v128, count: i32): void {
  if (count >= 4) v128.store(pointer, value);
  else storeTail(pointer, value, count);
}

/** Four floats that lie `stride` bytes apart. */
// @ts-ignore: decorator
@inline
export function gather(pointer: usize, stride: usize): v128 {
  let value = v128.load32_zero(pointer);
  value = v128.load_lane<f32>(pointer + stride, value, 1);
  value = v128.load_lane<f32>(pointer + 2 * stride, value, 2);
  return v128.load_lane<f32>(pointer + 3 * stride, value, 3);
}

/** The first item of part `task` when `items` are split evenly into `tasks` parts. */
// @ts-ignore: decorator
@inline
export function partStart(items: i32, task: i32, tasks: i32): i32 {
  return <i32>((<i64>items * task) / tasks);
}
