import { loadBefore } from './before-end.as';

/**
 * For four channels of a window, or as many as `channels` says: in bytes from its corner, where the first greatest input lies, or the last one
 * if `isLast`, a constant. Reads no byte from `end` on. It is -1 where no input is greater than -Infinity, or at least that; NaN is never the greatest.
 */
// @ts-ignore: decorator
@inline
export function greatestOffset(
  isLast: bool,
  corner: usize,
  end: usize,
  frames: i32,
  rows: i32,
  columns: i32,
  frameBytes: usize,
  rowBytes: usize,
  pixelBytes: usize,
  channels: i32,
): v128 {
  let greatest = f32x4.splat(-Infinity);
  let offsets = i32x4.splat(-1);
  let frame = corner;
  for (; frames > 0; frames--) {
    let line = frame;
    for (let row = 0; row < rows; row++) {
      let pixel = line;
      for (let left = columns; left > 0; left--) {
        const value = loadBefore(end, pixel, channels);
        const isGreater = isLast ? f32x4.ge(value, greatest) : f32x4.gt(value, greatest);
        greatest = f32x4.pmax(greatest, value);
        offsets = v128.bitselect(i32x4.splat(<i32>(pixel - corner)), offsets, isGreater);
        pixel += pixelBytes;
      }
      line += rowBytes;
    }
    frame += frameBytes;
  }
  return offsets;
}

// @ts-ignore: decorator
@inline
function addLane(lane: u8, from: usize, offset: i32, value: f32): void {
  if (offset < 0) return;
  const at = from + <usize>offset + (<usize>lane << 2);
  store<f32>(at, load<f32>(at) + value);
}

/** Adds each of the first `channels` (1 to 4, or more) lanes at its offset, in bytes, from the pixel that four channels of start at `from`. */
// @ts-ignore: decorator
@inline
export function addAtOffsets(from: usize, offsets: v128, values: v128, channels: i32): void {
  addLane(0, from, i32x4.extract_lane(offsets, 0), f32x4.extract_lane(values, 0));
  if (channels > 1) addLane(1, from, i32x4.extract_lane(offsets, 1), f32x4.extract_lane(values, 1));
  if (channels > 2) addLane(2, from, i32x4.extract_lane(offsets, 2), f32x4.extract_lane(values, 2));
  if (channels > 3) addLane(3, from, i32x4.extract_lane(offsets, 3), f32x4.extract_lane(values, 3));
}
