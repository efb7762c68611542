import { storePartial } from './vector.as';

/** Clears `channels` channels of the pixels of rows `firstY` to `endY - 1` in frames `firstZ` to `endZ - 1`. */
export function clearRows(dx: usize, firstZ: i32, endZ: i32, firstY: i32, endY: i32, height: i32, width: i32, pixelBytes: usize, channels: i32): void {
  const pixels = (endY - firstY) * width;
  for (let z = firstZ; z < endZ; z++) {
    let pixel = dx + <usize>(z * height + firstY) * width * pixelBytes;
    if (<usize>channels << 2 == pixelBytes) {
      memory.fill(pixel, 0, <usize>pixels * pixelBytes);
      continue;
    }
    for (let left = pixels; left > 0; left--) {
      let at = pixel;
      for (let channel = channels; channel > 0; channel -= 4) {
        storePartial(at, f32x4.splat(0), channel);
        at += 16;
      }
      pixel += pixelBytes;
    }
  }
}
