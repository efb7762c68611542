import { activate, depthBlock } from './gemm.as';
import { COLUMNS, paddedRows, stripRows } from './tile.as';
import { partStart } from './vector.as';
import { locatePixels, transformPixels } from './winograd-pixels.as';

/**
 * A convolution with a 3x3 filter, stride 1 and no dilation by Winograd's F(2x2, 3x3): `Y = A^T [sum over channels of U * (B^T d B)] A` for tiles
 * of 2x2 outputs, which takes 16 multiplications where the plain sum takes 36.
 *
 * `u` holds the filters of `winogradFilter`. `channels` and `columns` are multiples of 4.
 * Items are runs of `tileCount` (a multiple of 12) tiles. `scratch` holds `68 + 4 * channels + 8 * tileCount + 64 * tileCount * (channels + columns)`
 * bytes a task.
 *
 * Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016.
 */
export function winograd(
  task: i32,
  tasks: i32,
  source: usize,
  height: i32,
  width: i32,
  channels: i32,
  padTop: i32,
  padLeft: i32,
  u: usize,
  target: usize,
  batch: i32,
  outHeight: i32,
  outWidth: i32,
  columns: i32,
  tileCount: i32,
  bias: usize,
  activation: i32,
  alpha: f32,
  scratch: usize,
): void {
  const tilesX = (outWidth + 1) >> 1;
  const tilesY = (outHeight + 1) >> 1;
  const tiles = batch * tilesY * tilesX;
  const items = (tiles + tileCount - 1) / tileCount;
  const end = partStart(items, task + 1, tasks);
  const channelBytes = <usize>channels << 2;
  const columnBytes = <usize>columns << 2;
  const planeV = <usize>tileCount * channelBytes;
  const planeM = <usize>tileCount * columnBytes;
  const panelBytes = <usize>channels << 5;
  const planeU = <usize>((columns + COLUMNS - 1) / COLUMNS) * panelBytes;
  const zero = scratch + <usize>task * (68 + channelBytes + ((<usize>tileCount) << 3) + 16 * (planeV + planeM));
  const pixels = zero + 4;
  const table = pixels + 64;
  const targets = table + (<usize>tileCount << 2);
  const zeros = targets + (<usize>tileCount << 2);
  const v = zeros + channelBytes;
  const m = v + 16 * planeV;
  const block = depthBlock(channels);
  store<u32>(zero, 0);
  memory.fill(zeros, 0, channelBytes);

  for (let item = partStart(items, task, tasks); item < end; item++) {
    const first = item * tileCount;
    const count = min(tileCount, tiles - first);
    const padded = paddedRows(count);
    for (let index = 0; index < padded; index++) {
      const present = <usize>min(index, count - 1);
      store<u32>(table + (<usize>index << 2), v + present * channelBytes);
      store<u32>(targets + (<usize>index << 2), m + present * columnBytes);
    }
    for (let index = 0; index < count; index++) {
      locatePixels(pixels, first + index, tilesX, tilesY, source, height, width, channels, padTop, padLeft, zeros);
      const to = v + <usize>index * channelBytes;
      for (let offset: usize = 0; offset < channelBytes; offset += 16) transformPixels(pixels, offset, to + offset, planeV, 8);
    }
    for (let position: usize = 0; position < 16; position++) {
      for (let k = 0; k < channels; k += block) {
        const length = min(block, channels - k);
        const from = position * planeV + (<usize>k << 2);
        for (let column = 0; column < columns; column += COLUMNS) {
          const panel = u + position * planeU + <usize>(column / COLUMNS) * panelBytes + (<usize>k << 5);
          const shift = position * planeM + (<usize>column << 2);
          const present = min(COLUMNS, columns - column);
          stripRows(table, 1, 0, 1, zero, from, 0, length, panel, COLUMNS << 2, targets, shift, count, present, k > 0, 0, false, 0);
        }
      }
    }
    for (let index = 0; index < count; index++) {
      const row = (first + index) / tilesX;
      const image = row / tilesY;
      const y = 2 * (row - image * tilesY);
      const x = 2 * (first + index - row * tilesX);
      const at = target + (<usize>(image * outHeight + y) * outWidth + x) * columnBytes;
      const right = x + 1 < outWidth ? columnBytes : 0;
      const below = y + 1 < outHeight ? <usize>outWidth * columnBytes : 0;
      writeOutputs(m + <usize>index * columnBytes, planeM, at, right, below, columnBytes, bias, activation, alpha);
    }
  }
}

/**
 * `A^T m A` of a tile for all columns, then the bias and the activation: outputs go to `at`, `right` and `below` bytes further and both (0: absent,
 * written first so that the one that exists stays).
 */
function writeOutputs(
  m: usize,
  plane: usize,
  at: usize,
  right: usize,
  below: usize,
  columnBytes: usize,
  bias: usize,
  activation: i32,
  alpha: f32,
): void {
  for (let offset: usize = 0; offset < columnBytes; offset += 16) {
    let from = m + offset;
    const addend = bias ? v128.load(bias + offset) : f32x4.splat(0);
    let m0 = v128.load(from);
    from += plane;
    let m1 = v128.load(from);
    from += plane;
    let m2 = v128.load(from);
    from += plane;
    let m3 = v128.load(from);
    const p0 = f32x4.add(f32x4.add(m0, m1), m2);
    const q0 = f32x4.sub(f32x4.sub(m1, m2), m3);
    from += plane;
    m0 = v128.load(from);
    from += plane;
    m1 = v128.load(from);
    from += plane;
    m2 = v128.load(from);
    from += plane;
    m3 = v128.load(from);
    const p1 = f32x4.add(f32x4.add(m0, m1), m2);
    const q1 = f32x4.sub(f32x4.sub(m1, m2), m3);
    from += plane;
    m0 = v128.load(from);
    from += plane;
    m1 = v128.load(from);
    from += plane;
    m2 = v128.load(from);
    from += plane;
    m3 = v128.load(from);
    const p2 = f32x4.add(f32x4.add(m0, m1), m2);
    const q2 = f32x4.sub(f32x4.sub(m1, m2), m3);
    from += plane;
    m0 = v128.load(from);
    from += plane;
    m1 = v128.load(from);
    from += plane;
    m2 = v128.load(from);
    from += plane;
    m3 = v128.load(from);
    const p3 = f32x4.add(f32x4.add(m0, m1), m2);
    const q3 = f32x4.sub(f32x4.sub(m1, m2), m3);
    const o00 = f32x4.add(f32x4.add(f32x4.add(p0, p1), p2), addend);
    const o01 = f32x4.add(f32x4.add(f32x4.add(q0, q1), q2), addend);
    const o10 = f32x4.add(f32x4.sub(f32x4.sub(p1, p2), p3), addend);
    const o11 = f32x4.add(f32x4.sub(f32x4.sub(q1, q2), q3), addend);
    const to = at + offset;
    v128.store(to + below + right, activate(o11, activation, alpha));
    v128.store(to + below, activate(o10, activation, alpha));
    v128.store(to + right, activate(o01, activation, alpha));
    v128.store(to, activate(o00, activation, alpha));
  }
}
