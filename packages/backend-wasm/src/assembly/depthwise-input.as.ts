import { gather, loadPartial, partStart, storePartial } from './vector.as';

/** Four floats `stride` floats apart, of which `count` exist. */
// @ts-ignore: decorator
@inline
function loadStrided(pointer: usize, stride: i32, count: i32): v128 {
  if (stride == 1) return loadPartial(pointer, count);
  if (count >= 4) return gather(pointer, <usize>stride << 2);
  let value = v128.load32_zero(pointer);
  if (count > 1) value = v128.load_lane<f32>(pointer + (<usize>stride << 2), value, 1);
  if (count > 2) value = v128.load_lane<f32>(pointer + (<usize>stride << 3), value, 2);
  return value;
}

/** Adds one tap's products to a row, for four neighbouring inputs of which `count` exist and one of their `multiplier` outputs. */
function addRow(dx: usize, stepX: usize, dy: usize, stepY: usize, filter: usize, length: i32, multiplier: i32, count: i32): void {
  const weight = loadStrided(filter, multiplier, count);
  for (; length > 0; length--) {
    storePartial(dx, f32x4.add(loadPartial(dx, count), f32x4.mul(loadStrided(dy, multiplier, count), weight)), count);
    dx += stepX;
    dy += stepY;
  }
}

/** The same for 16 neighbouring inputs that have an output each. */
function addRow16(dx: usize, stepX: usize, dy: usize, stepY: usize, filter: usize, length: i32): void {
  const weight0 = v128.load(filter);
  const weight1 = v128.load(filter, 16);
  const weight2 = v128.load(filter, 32);
  const weight3 = v128.load(filter, 48);
  for (; length > 0; length--) {
    v128.store(dx, f32x4.add(v128.load(dx), f32x4.mul(v128.load(dy), weight0)));
    v128.store(dx, f32x4.add(v128.load(dx, 16), f32x4.mul(v128.load(dy, 16), weight1)), 16);
    v128.store(dx, f32x4.add(v128.load(dx, 32), f32x4.mul(v128.load(dy, 32), weight2)), 32);
    v128.store(dx, f32x4.add(v128.load(dx, 48), f32x4.mul(v128.load(dy, 48), weight3)), 48);
    dx += stepX;
    dy += stepY;
  }
}

/**
 * The gradient of a depthwise convolution's input: `dx[point][channel] = sum over taps and q of
 * dy[(point + pad - tap * dilation) / stride][channel * multiplier + q] filter[tap][channel][q]`.
 *
 * `channels` counts the inputs. Items are the rows of `dx` (batch * height).
 */
export function depthwiseInput(
  task: i32,
  tasks: i32,
  dy: usize,
  outHeight: i32,
  outWidth: i32,
  filter: usize,
  filterHeight: i32,
  filterWidth: i32,
  channels: i32,
  multiplier: i32,
  strideHeight: i32,
  strideWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
  padTop: i32,
  padLeft: i32,
  dx: usize,
  batch: i32,
  height: i32,
  width: i32,
): void {
  const end = partStart(batch * height, task + 1, tasks);
  const outputs = channels * multiplier;
  const stepX = <usize>(strideWidth * channels) << 2;
  const stepY = <usize>outputs << 2;
  for (let row = partStart(batch * height, task, tasks); row < end; row++) {
    const image = row / height;
    const y = row - image * height;
    const line = dx + ((<usize>row * width * channels) << 2);
    memory.fill(line, 0, (<usize>width * channels) << 2);
    for (let tapY = 0; tapY < filterHeight; tapY++) {
      const scaled = y + padTop - tapY * dilationHeight;
      const outY = scaled / strideHeight;
      if (scaled < 0 || outY >= outHeight || outY * strideHeight != scaled) continue;
      const lineY = dy + (((<usize>image * outHeight + outY) * outWidth * outputs) << 2);
      for (let tapX = 0; tapX < filterWidth; tapX++) {
        const offset = tapX * dilationWidth - padLeft;
        const first = offset < 0 ? (strideWidth - 1 - offset) / strideWidth : 0;
        const last = min(outWidth, (width - offset + strideWidth - 1) / strideWidth);
        const weights = filter + ((<usize>(tapY * filterWidth + tapX) * outputs) << 2);
        const target = line + ((<usize>(first * strideWidth + offset) * channels) << 2);
        const gradients = lineY + ((<usize>first * outputs) << 2);
        let channel = 0;
        if (multiplier == 1) {
          for (; channel + 16 <= channels; channel += 16) {
            const shift = <usize>channel << 2;
            addRow16(target + shift, stepX, gradients + shift, stepY, weights + shift, last - first);
          }
        }
        for (; channel < channels; channel += 4) {
          const shift = <usize>channel << 2;
          for (let q = 0; q < multiplier; q++) {
            const output = (<usize>channel * multiplier + q) << 2;
            addRow(target + shift, stepX, gradients + output, stepY, weights + output, last - first, multiplier, channels - channel);
          }
        }
      }
    }
  }
}
