import { loadPartial } from './vector.as';

/** Adds one lane of a gradient to the input that held the maximum; a position below 0 means that there was none. */
// @ts-ignore: decorator
@inline
function scatterLane(base: usize, position: i32, stride: usize, gradient: f32): void {
  if (position < 0) return;
  const at = base + <usize>position * stride;
  store<f32>(at, load<f32>(at) + gradient);
}

/**
 * The gradient of max pooling: each output's gradient goes to the first greatest input of its window, in row order. NaN is never the greatest.
 *
 * The channels are cut into blocks of `channelCount` (a multiple of 4); there is one task for each image and block, the block varying fastest, so
 * `tasks` must be `batch * ceil(channels / channelCount)`.
 */
export function maxPoolGradient(
  task: i32,
  _tasks: i32,
  x: usize,
  dy: usize,
  dx: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
  padTop: i32,
  padLeft: i32,
  channelCount: i32,
): void {
  const blocks = (channels + channelCount - 1) / channelCount;
  const image = task / blocks;
  const channel0 = (task - image * blocks) * channelCount;
  const channel1 = min(channels, channel0 + channelCount);
  const pixelBytes = <usize>channels << 2;
  const imageX = x + <usize>image * height * width * pixelBytes;
  const imageDx = dx + <usize>image * height * width * pixelBytes;
  let gradients = dy + <usize>image * outHeight * outWidth * pixelBytes;

  if (channel1 - channel0 == channels) {
    memory.fill(imageDx, 0, <usize>height * width * pixelBytes);
  } else {
    let at = imageDx + (<usize>channel0 << 2);
    for (let pixel = 0; pixel < height * width; pixel++) {
      memory.fill(at, 0, <usize>(channel1 - channel0) << 2);
      at += pixelBytes;
    }
  }
  for (let outY = 0; outY < outHeight; outY++) {
    const cornerY = outY * strideHeight - padTop;
    for (let outX = 0; outX < outWidth; outX++) {
      const cornerX = outX * strideWidth - padLeft;
      for (let channel = channel0; channel < channel1; channel += 4) {
        const count = channel1 - channel;
        let greatest = f32x4.splat(-Infinity);
        let positions = i32x4.splat(-1);
        for (let tapY = 0; tapY < filterHeight; tapY++) {
          const inY = cornerY + tapY * dilationHeight;
          if (<u32>inY >= <u32>height) continue;
          for (let tapX = 0; tapX < filterWidth; tapX++) {
            const inX = cornerX + tapX * dilationWidth;
            if (<u32>inX >= <u32>width) continue;
            const position = inY * width + inX;
            const value = loadPartial(imageX + <usize>position * pixelBytes + (<usize>channel << 2), count);
            const greater = f32x4.gt(value, greatest);
            greatest = v128.bitselect(value, greatest, greater);
            positions = v128.bitselect(i32x4.splat(position), positions, greater);
          }
        }
        const at = imageDx + (<usize>channel << 2);
        const gradient = loadPartial(gradients + (<usize>channel << 2), count);
        scatterLane(at, i32x4.extract_lane(positions, 0), pixelBytes, f32x4.extract_lane(gradient, 0));
        if (count > 1) scatterLane(at + 4, i32x4.extract_lane(positions, 1), pixelBytes, f32x4.extract_lane(gradient, 1));
        if (count > 2) scatterLane(at + 8, i32x4.extract_lane(positions, 2), pixelBytes, f32x4.extract_lane(gradient, 2));
        if (count > 3) scatterLane(at + 12, i32x4.extract_lane(positions, 3), pixelBytes, f32x4.extract_lane(gradient, 3));
      }
      gradients += pixelBytes;
    }
  }
}
