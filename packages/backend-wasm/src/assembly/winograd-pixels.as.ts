/** Writes the 16 pointers to the pixels that tile `tile` of an image grid sees, row by row; those outside the image point at `zeros`. */
export function locatePixels(
  pixels: usize,
  tile: i32,
  tilesX: i32,
  tilesY: i32,
  source: usize,
  height: i32,
  width: i32,
  channels: i32,
  padTop: i32,
  padLeft: i32,
  zeros: usize,
): void {
  const row = tile / tilesX;
  const image = row / tilesY;
  const top = 2 * (row - image * tilesY) - padTop;
  const left = 2 * (tile - row * tilesX) - padLeft;
  const bytes = <usize>channels << 2;
  for (let y = 0; y < 4; y++) {
    const inY = top + y;
    const line = source + <usize>(image * height + inY) * width * bytes;
    const inside = <u32>inY < <u32>height;
    for (let x = 0; x < 4; x++) {
      const inX = left + x;
      store<u32>(pixels, inside && <u32>inX < <u32>width ? line + <usize>inX * bytes : zeros);
      pixels += 4;
    }
  }
}

/**
 * What a tile of F(2x2, 3x3) sees, `V = B^T d B` of 4x4 pixels, for four channels: entry (y, x) goes to `target + (4 y + x) * plane`, its first
 * two lanes; the other two lie `distance` bytes further. A row of B^T d is `d0 - d2`, `d1 + d2`, `d2 - d1` or `d1 - d3`.
 * `pixels` points at the pointers of {@link locatePixels}, to which `offset` bytes are added.
 */
export function transformPixels(pixels: usize, offset: usize, target: usize, plane: usize, distance: usize): void {
  const d00 = v128.load(<usize>load<u32>(pixels, 0) + offset);
  const d01 = v128.load(<usize>load<u32>(pixels, 4) + offset);
  const d02 = v128.load(<usize>load<u32>(pixels, 8) + offset);
  const d03 = v128.load(<usize>load<u32>(pixels, 12) + offset);
  const d10 = v128.load(<usize>load<u32>(pixels, 16) + offset);
  const d11 = v128.load(<usize>load<u32>(pixels, 20) + offset);
  const d12 = v128.load(<usize>load<u32>(pixels, 24) + offset);
  const d13 = v128.load(<usize>load<u32>(pixels, 28) + offset);
  const d20 = v128.load(<usize>load<u32>(pixels, 32) + offset);
  const d21 = v128.load(<usize>load<u32>(pixels, 36) + offset);
  const d22 = v128.load(<usize>load<u32>(pixels, 40) + offset);
  const d23 = v128.load(<usize>load<u32>(pixels, 44) + offset);
  const d30 = v128.load(<usize>load<u32>(pixels, 48) + offset);
  const d31 = v128.load(<usize>load<u32>(pixels, 52) + offset);
  const d32 = v128.load(<usize>load<u32>(pixels, 56) + offset);
  const d33 = v128.load(<usize>load<u32>(pixels, 60) + offset);
  const t00 = f32x4.sub(d00, d20);
  const t10 = f32x4.add(d10, d20);
  const t20 = f32x4.sub(d20, d10);
  const t30 = f32x4.sub(d10, d30);
  const t01 = f32x4.sub(d01, d21);
  const t11 = f32x4.add(d11, d21);
  const t21 = f32x4.sub(d21, d11);
  const t31 = f32x4.sub(d11, d31);
  const t02 = f32x4.sub(d02, d22);
  const t12 = f32x4.add(d12, d22);
  const t22 = f32x4.sub(d22, d12);
  const t32 = f32x4.sub(d12, d32);
  const t03 = f32x4.sub(d03, d23);
  const t13 = f32x4.add(d13, d23);
  const t23 = f32x4.sub(d23, d13);
  const t33 = f32x4.sub(d13, d33);
  storePairs(target, f32x4.sub(t00, t02), distance);
  target += plane;
  storePairs(target, f32x4.add(t01, t02), distance);
  target += plane;
  storePairs(target, f32x4.sub(t02, t01), distance);
  target += plane;
  storePairs(target, f32x4.sub(t01, t03), distance);
  target += plane;
  storePairs(target, f32x4.sub(t10, t12), distance);
  target += plane;
  storePairs(target, f32x4.add(t11, t12), distance);
  target += plane;
  storePairs(target, f32x4.sub(t12, t11), distance);
  target += plane;
  storePairs(target, f32x4.sub(t11, t13), distance);
  target += plane;
  storePairs(target, f32x4.sub(t20, t22), distance);
  target += plane;
  storePairs(target, f32x4.add(t21, t22), distance);
  target += plane;
  storePairs(target, f32x4.sub(t22, t21), distance);
  target += plane;
  storePairs(target, f32x4.sub(t21, t23), distance);
  target += plane;
  storePairs(target, f32x4.sub(t30, t32), distance);
  target += plane;
  storePairs(target, f32x4.add(t31, t32), distance);
  target += plane;
  storePairs(target, f32x4.sub(t32, t31), distance);
  target += plane;
  storePairs(target, f32x4.sub(t31, t33), distance);
}

/** Stores two lanes and, `distance` bytes further, the other two. */
// @ts-ignore: decorator
@inline
function storePairs(pointer: usize, value: v128, distance: usize): void {
  if (distance == 8) v128.store(pointer, value);
  else {
    v128.store_lane<i64>(pointer, value, 0);
    v128.store_lane<i64>(pointer + distance, value, 1);
  }
}
