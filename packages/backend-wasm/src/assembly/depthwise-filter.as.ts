import { loadPartial, multiplyAdd, partStart, storePartial } from './vector.as';

/** The inputs of four neighbouring output channels, of which `count` exist, for `multiplier` outputs an input. */
// @ts-ignore: decorator
@inline
function loadInputs(pixel: usize, channel: i32, multiplier: i32, count: i32): v128 {
  if (multiplier == 1) return loadPartial(pixel + (<usize>channel << 2), count);
  let value = v128.load32_splat(pixel + (<usize>(channel / multiplier) << 2));
  if (count > 1) value = v128.load_lane<f32>(pixel + (<usize>((channel + 1) / multiplier) << 2), value, 1);
  if (count > 2) value = v128.load_lane<f32>(pixel + (<usize>((channel + 2) / multiplier) << 2), value, 2);
  if (count > 3) value = v128.load_lane<f32>(pixel + (<usize>((channel + 3) / multiplier) << 2), value, 3);
  return value;
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
      for (let channel = channel0; channel < channel1; channel += 4) {
        const count = channel1 - channel;
        const at = target + ((<usize>tap * channels + channel) << 2);
        let sum = loadPartial(at, count);
        let pixel = line;
        let gradient = lineY + ((<usize>first * channels + channel) << 2);
        for (let column = first; column < last; column++) {
          sum = multiplyAdd(loadInputs(pixel, channel, multiplier, count), loadPartial(gradient, count), sum);
          pixel += stepX;
          gradient += stepY;
        }
        storePartial(at, sum, count);
      }
    }
  }
}
