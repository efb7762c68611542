/** Loads `count` (0 to 4) 32-bit values; the other lanes are 0. Never reads past them. */
export function loadPartial(pointer: usize, count: i32): v128 {
  if (count >= 4) return v128.load(pointer);
  let value = i32x4.splat(0);
  if (count > 0) value = v128.load32_zero(pointer);
  if (count > 1) value = v128.load_lane<u32>(pointer, value, 1, 4);
  if (count > 2) value = v128.load_lane<u32>(pointer, value, 2, 8);
  return value;
}

/** Stores the first `count` (0 to 4) lanes. */
export function storePartial(pointer: usize, value: v128, count: i32): void {
  if (count >= 4) {
    v128.store(pointer, value);
    return;
  }
  if (count > 0) v128.store_lane<u32>(pointer, value, 0);
  if (count > 1) v128.store_lane<u32>(pointer, value, 1, 4);
  if (count > 2) v128.store_lane<u32>(pointer, value, 2, 8);
}
