import { loadPartial, partStart } from './vector.as';

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
 * Items are blocks of `channelCount` (a multiple of 4) channels of one image, the block varying fastest.
 */
export function maxPoolGradient(
  task: i32,
  tasks: i32,
  x: usize,
  dy: usize,
  dx: usize,
  batch: i32,
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
  const end = partStart(batch * blocks, task + 1, tasks);
  for (let item = partStart(batch * blocks, task, tasks); item < end; item++) {
    const image = <usize>(item / blocks);
    const channel0 = (item % blocks) * channelCount;
    const channel1 = min(channels, channel0 + channelCount);
    const pixelBytes = <usize>channels << 2;
    const imageX = x + image * height * width * pixelBytes;
    const imageDx = dx + image * height * width * pixelBytes;
    let gradients = dy + image * outHeight * outWidth * pixelBytes;
    let at = imageDx + (<usize>channel0 << 2);
    for (let pixel = 0; pixel < height * width; pixel++) {
      memory.fill(at, 0, <usize>(channel1 - channel0) << 2);
      at += pixelBytes;
    }
    for (let outY = 0; outY < outHeight; outY++) {
      const cornerY = outY * strideHeight - padTop;
      for (let outX = 0; outX < outWidth; outX++) {
        const cornerX = outX * strideWidth - padLeft;
        for (let channel = channel0; channel < channel1; channel += 4) {
          const shift = <usize>channel << 2;
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
              const value = loadPartial(imageX + <usize>position * pixelBytes + shift, count);
              const greater = f32x4.gt(value, greatest);
              greatest = v128.bitselect(value, greatest, greater);
              positions = v128.bitselect(i32x4.splat(position), positions, greater);
            }
          }
          const target = imageDx + shift;
          const gradient = loadPartial(gradients + shift, count);
          scatterLane(target, i32x4.extract_lane(positions, 0), pixelBytes, f32x4.extract_lane(gradient, 0));
          if (count > 1) scatterLane(target + 4, i32x4.extract_lane(positions, 1), pixelBytes, f32x4.extract_lane(gradient, 1));
          if (count > 2) scatterLane(target + 8, i32x4.extract_lane(positions, 2), pixelBytes, f32x4.extract_lane(gradient, 2));
          if (count > 3) scatterLane(target + 12, i32x4.extract_lane(positions, 3), pixelBytes, f32x4.extract_lane(gradient, 3));
        }
        gradients += pixelBytes;
      }
    }
  }
}
