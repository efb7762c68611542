import { loadPartial, partStart, storePartial } from './vector.as';

/**
 * Adds up the products of one tap along a row, for four neighbouring outputs of which `count` exist.
 * `x` and `dy` point at the first pixels, whose successors lie `stepX` and `stepY` bytes on.
 */
function addRow(out: usize, x: usize, stepX: usize, dy: usize, stepY: usize, length: i32, channel: i32, multiplier: i32, count: i32): void {
  let sum = loadPartial(out, count);
  const x0 = x + (<usize>(channel / multiplier) << 2);
  // Absent outputs read an input that exists: their products are not stored.
  const x1 = count > 1 ? x + (<usize>((channel + 1) / multiplier) << 2) : x0;
  const x2 = count > 2 ? x + (<usize>((channel + 2) / multiplier) << 2) : x0;
  const x3 = count > 3 ? x + (<usize>((channel + 3) / multiplier) << 2) : x0;
  let offset: usize = 0;
  for (; length > 0; length--) {
    let input = v128.load32_zero(x0 + offset);
    input = v128.load_lane<f32>(x1 + offset, input, 1);
    input = v128.load_lane<f32>(x2 + offset, input, 2);
    input = v128.load_lane<f32>(x3 + offset, input, 3);
    sum = f32x4.add(sum, f32x4.mul(input, loadPartial(dy, count)));
    offset += stepX;
    dy += stepY;
  }
  storePartial(out, sum, count);
}

/** The same for 16 neighbouring outputs that have an input each. */
function addRow16(out: usize, x: usize, stepX: usize, dy: usize, stepY: usize, length: i32): void {
  let sum0 = v128.load(out);
  let sum1 = v128.load(out, 16);
  let sum2 = v128.load(out, 32);
  let sum3 = v128.load(out, 48);
  for (; length > 0; length--) {
    sum0 = f32x4.add(sum0, f32x4.mul(v128.load(x), v128.load(dy)));
    sum1 = f32x4.add(sum1, f32x4.mul(v128.load(x, 16), v128.load(dy, 16)));
    sum2 = f32x4.add(sum2, f32x4.mul(v128.load(x, 32), v128.load(dy, 32)));
    sum3 = f32x4.add(sum3, f32x4.mul(v128.load(x, 48), v128.load(dy, 48)));
    x += stepX;
    dy += stepY;
  }
  v128.store(out, sum0);
  v128.store(out, sum1, 16);
  v128.store(out, sum2, 32);
  v128.store(out, sum3, 48);
}

/**
 * The gradient of a depthwise convolution's filter: `out[split][tapY][tapX][channel] = sum over the split's output points of
 * x[point * stride + tap * dilation - pad][channel / multiplier] dy[point][channel]`.
 *
 * `channels` counts the outputs. The rows of `dy` (batch * outHeight) are cut into `splits` equal parts and the channels into blocks of
 * `channelCount` (a multiple of 4); there is one task for each pair, the split varying fastest, so `tasks` must be
 * `splits * ceil(channels / channelCount)`. Each split writes its own partial sum.
 */
export function depthwiseFilter(
  task: i32,
  _tasks: i32,
  x: usize,
  height: i32,
  width: i32,
  dy: usize,
  batch: i32,
  outHeight: i32,
  outWidth: i32,
  channels: i32,
  multiplier: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
  padTop: i32,
  padLeft: i32,
  out: usize,
  splits: i32,
  channelCount: i32,
): void {
  const split = task % splits;
  const channel0 = (task / splits) * channelCount;
  const channel1 = min(channels, channel0 + channelCount);
  const inputs = channels / multiplier;
  const row1 = partStart(batch * outHeight, split + 1, splits);
  const taps = filterHeight * filterWidth;
  const target = out + ((<usize>split * taps * channels) << 2);
  const stepX = <usize>(strideWidth * inputs) << 2;
  const stepY = <usize>channels << 2;
  for (let tap = 0; tap < taps; tap++) {
    const line = target + ((<usize>tap * channels) << 2);
    for (let channel = channel0; channel < channel1; channel++) store<f32>(line + (<usize>channel << 2), 0);
  }
  for (let row = partStart(batch * outHeight, split, splits); row < row1; row++) {
    const image = row / outHeight;
    const cornerY = (row - image * outHeight) * strideHeight - padTop;
    const lineY = dy + ((<usize>row * outWidth * channels) << 2);
    for (let tap = 0; tap < taps; tap++) {
      const inY = cornerY + (tap / filterWidth) * dilationHeight;
      if (<u32>inY >= <u32>height) continue;
      const offset = (tap % filterWidth) * dilationWidth - padLeft;
      // The output columns whose input lies in the image.
      const first = offset < 0 ? (strideWidth - 1 - offset) / strideWidth : 0;
      const last = min(outWidth, (width - offset + strideWidth - 1) / strideWidth);
      const line = x + ((((<usize>image * height + inY) * width + (first * strideWidth + offset)) * inputs) << 2);
      const gradients = lineY + ((<usize>first * channels) << 2);
      const sums = target + ((<usize>tap * channels) << 2);
      let channel = channel0;
      if (multiplier == 1) {
        for (; channel + 16 <= channel1; channel += 16) {
          const shift = <usize>channel << 2;
          addRow16(sums + shift, line + shift, stepX, gradients + shift, stepY, last - first);
        }
      }
      for (; channel < channel1; channel += 4) {
        const shift = <usize>channel << 2;
        addRow(sums + shift, line, stepX, gradients + shift, stepY, last - first, channel, multiplier, channel1 - channel);
      }
    }
  }
}
