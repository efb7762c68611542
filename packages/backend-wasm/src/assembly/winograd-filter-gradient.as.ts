import { COLUMNS, stripPacked, tileHeight } from './tile.as';
import { partStart } from './vector.as';
import { locatePixels, transformPixels } from './winograd-pixels.as';

/**
 * The gradient of a 3x3 filter in the domain of Winograd's F(2x2, 3x3): the partial sums `M[16][channel][column] = sum over tiles of
 * (B^T d B) * (A dy A^T)`, each of a part of the tiles and of the channels.
 *
 * The tiles are cut into `splits` equal parts, the channels into blocks of `channelCount` (even); there is one task for each pair, the split varying
 * fastest, so `tasks` must be `splits * ceil(channels / channelCount)`. Partial sums lie as `[split][16][channels][columns]`. `channels` is
 * a multiple of 4 and `columns` of 8; `tileCount` tiles are transformed at once.
 * `scratch` holds `64 + 4 * (channels + columns + channelCount) + 64 * tileCount * (channelCount + 2 + columns)` bytes a task.
 */
export function winogradPartials(
  task: i32,
  _tasks: i32,
  source: usize,
  height: i32,
  width: i32,
  channels: i32,
  padTop: i32,
  padLeft: i32,
  dy: usize,
  batch: i32,
  outHeight: i32,
  outWidth: i32,
  columns: i32,
  partials: usize,
  splits: i32,
  channelCount: i32,
  tileCount: i32,
  scratch: usize,
): void {
  const tilesX = (outWidth + 1) >> 1;
  const tilesY = (outHeight + 1) >> 1;
  const tiles = batch * tilesY * tilesX;
  const split = task % splits;
  const channel0 = (task / splits) * channelCount;
  const count = min(channelCount, channels - channel0);
  const start = partStart(tiles, split, splits);
  const end = partStart(tiles, split + 1, splits);
  const channelBytes = <usize>channels << 2;
  const columnBytes = <usize>columns << 2;
  const planeV = (<usize>(channelCount + 2) * tileCount) << 2;
  const planeW = <usize>tileCount * columnBytes;
  const planeM = <usize>channels * columnBytes;
  const pixels = scratch + <usize>task * (64 + channelBytes + columnBytes + ((<usize>channelCount) << 2) + 16 * (planeV + planeW));
  const zeros = pixels + 64;
  const pairs = zeros + channelBytes + columnBytes;
  const v = pairs + ((<usize>channelCount) << 2);
  const out = partials + <usize>split * 16 * planeM + <usize>channel0 * columnBytes;
  memory.fill(zeros, 0, channelBytes + columnBytes);

  for (let tile = start; tile < end; tile += tileCount) {
    const length = min(tileCount, end - tile);
    const w = v + 16 * planeV;
    // Where a pair of channels lies in the panels of `stripPacked`, and how far the next tile's is.
    let height4 = 0;
    for (let panel = 0; panel < count; panel += height4) {
      height4 = tileHeight(count - panel);
      for (let lane = 0; lane < height4 && panel + lane < count; lane += 2) {
        const pair = pairs + (<usize>(panel + lane) << 2);
        store<u32>(pair, (panel * length + lane) << 2);
        store<u32>(pair, height4 << 2, 4);
      }
    }
    for (let index = 0; index < length; index++) {
      locatePixels(pixels, tile + index, tilesX, tilesY, source, height, width, channels, padTop, padLeft, zeros);
      for (let channel = 0; channel < count; channel += 4) {
        const pair = pairs + (<usize>channel << 2);
        const low = <usize>load<u32>(pair) + <usize>index * load<u32>(pair, 4);
        const high = <usize>load<u32>(pair, 8) + <usize>index * load<u32>(pair, 12);
        transformPixels(pixels, <usize>(channel0 + channel) << 2, v + low, planeV, high - low);
      }
      const row = (tile + index) / tilesX;
      const image = row / tilesY;
      const y = 2 * (row - image * tilesY);
      const x = 2 * (tile + index - row * tilesX);
      const at = dy + <usize>((image * outHeight + y) * outWidth + x) * columnBytes;
      const right = x + 1 < outWidth ? at + columnBytes : zeros;
      const below = y + 1 < outHeight ? at + <usize>outWidth * columnBytes : zeros;
      const corner = right != zeros && below != zeros ? below + columnBytes : zeros;
      spreadOutputs(at, right, below, corner, w + <usize>index * columnBytes, planeW, columnBytes);
    }
    for (let position: usize = 0; position < 16; position++) {
      const panelsV = v + position * planeV;
      const planeOut = out + position * planeM;
      for (let column = 0; column < columns; column += COLUMNS) {
        const shift = <usize>column << 2;
        const present = min(COLUMNS, columns - column);
        const from = w + position * planeW + shift;
        stripPacked(panelsV, length, 0, length, from, columnBytes, planeOut + shift, columnBytes, count, present, tile > start, 0, false, 0);
      }
    }
  }
  if (start == end) {
    for (let position: usize = 0; position < 16; position++) {
      memory.fill(out + position * planeM, 0, <usize>count * columnBytes);
    }
  }
}

/** `A d A^T` of 2x2 gradients for all columns: a row of A d is `d0`, `d0 + d1`, `d0 - d1` or `-d1`. */
function spreadOutputs(d00: usize, d01: usize, d10: usize, d11: usize, target: usize, plane: usize, bytes: usize): void {
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const a0 = v128.load(d00 + offset);
    const a1 = v128.load(d01 + offset);
    const d0 = v128.load(d10 + offset);
    const d1 = v128.load(d11 + offset);
    let to = target + offset;
    spreadRow(to, plane, a0, a1);
    to += 4 * plane;
    spreadRow(to, plane, f32x4.add(a0, d0), f32x4.add(a1, d1));
    to += 4 * plane;
    spreadRow(to, plane, f32x4.sub(a0, d0), f32x4.sub(a1, d1));
    to += 4 * plane;
    spreadRow(to, plane, f32x4.neg(d0), f32x4.neg(d1));
  }
}

// @ts-ignore: decorator
@inline
function spreadRow(to: usize, plane: usize, a: v128, b: v128): void {
  v128.store(to, a);
  to += plane;
  v128.store(to, f32x4.add(a, b));
  to += plane;
  v128.store(to, f32x4.sub(a, b));
  to += plane;
  v128.store(to, f32x4.neg(b));
}

/** `dW = G^T M G` for M `[16][channels][columns]`, the sum of the partial sums: `[3][3][channels][columns]`. Items are channels. */
export function winogradFilterGradient(task: i32, tasks: i32, m: usize, channels: i32, columns: i32, out: usize): void {
  const end = partStart(channels, task + 1, tasks);
  const columnBytes = <usize>columns << 2;
  const plane = <usize>channels * columnBytes;
  const half = f32x4.splat(0.5);
  for (let channel = partStart(channels, task, tasks); channel < end; channel++) {
    for (let offset: usize = 0; offset < columnBytes; offset += 16) {
      const at = <usize>channel * columnBytes + offset;
      for (let tap: usize = 0; tap < 3; tap++) {
        const a = combine(m + at, plane, tap, half);
        const b = combine(m + at + plane, plane, tap, half);
        const c = combine(m + at + 2 * plane, plane, tap, half);
        const d = combine(m + at + 3 * plane, plane, tap, half);
        const to = out + 3 * tap * plane + at;
        const mean = f32x4.mul(half, f32x4.add(b, c));
        v128.store(to, f32x4.add(a, mean));
        v128.store(to + plane, f32x4.mul(half, f32x4.sub(b, c)));
        v128.store(to + 2 * plane, f32x4.add(mean, d));
      }
    }
  }
}

/** Row `tap` of G^T applied to a column of M, whose rows are 4 planes apart: `m0 + (m1 + m2) / 2`, `(m1 - m2) / 2` or `(m1 + m2) / 2 + m3`. */
// @ts-ignore: decorator
@inline
function combine(at: usize, plane: usize, tap: usize, half: v128): v128 {
  const m1 = v128.load(at + 4 * plane);
  const m2 = v128.load(at + 8 * plane);
  if (tap == 1) return f32x4.mul(half, f32x4.sub(m1, m2));
  return f32x4.add(f32x4.mul(half, f32x4.add(m1, m2)), v128.load(tap == 0 ? at : at + 12 * plane));
}
