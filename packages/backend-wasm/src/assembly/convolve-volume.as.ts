import { loadBefore, storeBefore } from './before-end.as';
import { loadPartial, partStart } from './vector.as';
import { endTap, firstTap } from './window-taps.as';

/**
 * The sum so far plus `count` numbers, each times its row of four or more floats: `sum + numbers[0] rows[0] + ...`. Reads no byte from `end` on; the
 * first `lanes` lanes are wanted.
 */
// @ts-ignore: decorator
@inline
function addProducts(sum: v128, numbers: usize, rows: usize, rowBytes: usize, count: i32, end: usize, lanes: i32): v128 {
  for (; count > 0; count--) {
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(numbers), loadBefore(end, rows, lanes)));
    numbers += 4;
    rows += rowBytes;
  }
  return sum;
}

/** A convolution of few and small volumes, window by window. Items are the rows of `y` (batch * outDepth * outHeight). */
export function convolveVolume(
  task: i32,
  tasks: i32,
  x: usize,
  filter: usize,
  y: usize,
  batch: i32,
  depth: i32,
  height: i32,
  width: i32,
  channels: i32,
  outDepth: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  filterDepth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideDepth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padFront: i32,
  padTop: i32,
  padLeft: i32,
  dilationDepth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
): void {
  const pixelBytes = <usize>channels << 2;
  const rowBytes = <usize>width * pixelBytes;
  const frameBytes = <usize>height * rowBytes;
  const outBytes = <usize>outChannels << 2;
  const tapBytes = pixelBytes * outChannels;
  const stepX = <usize>dilationWidth * pixelBytes;
  const stepY = <usize>dilationHeight * rowBytes;
  const stepZ = <usize>dilationDepth * frameBytes;
  const filterEnd = filter + <usize>(filterDepth * filterHeight * filterWidth) * tapBytes;
  const end = partStart(batch * outDepth * outHeight, task + 1, tasks);
  let row = partStart(batch * outDepth * outHeight, task, tasks);
  const yEnd = y + <usize>(end * outWidth) * outBytes;
  y += <usize>(row * outWidth) * outBytes;
  for (; row < end; row++) {
    const frame = row / outHeight;
    const volume = frame / outDepth;
    const cornerY = (row - frame * outHeight) * strideHeight - padTop;
    const cornerZ = (frame - volume * outDepth) * strideDepth - padFront;
    const firstY = firstTap(cornerY, dilationHeight);
    const endY = endTap(cornerY, dilationHeight, filterHeight, height);
    const firstZ = firstTap(cornerZ, dilationDepth);
    const endZ = endTap(cornerZ, dilationDepth, filterDepth, depth);
    const line = x + <usize>(volume * depth + cornerZ + firstZ * dilationDepth) * frameBytes + <usize>(cornerY + firstY * dilationHeight) * rowBytes;
    const tapLine = filter + <usize>((firstZ * filterHeight + firstY) * filterWidth) * tapBytes;
    for (let outX = 0; outX < outWidth; outX++) {
      const cornerX = outX * strideWidth - padLeft;
      const firstX = firstTap(cornerX, dilationWidth);
      const endX = endTap(cornerX, dilationWidth, filterWidth, width);
      const corner = line + <usize>(cornerX + firstX * dilationWidth) * pixelBytes;
      const tap0 = tapLine + <usize>firstX * tapBytes;
      for (let channel = 0; channel < outChannels; channel += 4) {
        let sum = f32x4.splat(0);
        let pixelFrame = corner;
        let rowsFrame = tap0 + (<usize>channel << 2);
        for (let tapZ = firstZ; tapZ < endZ; tapZ++) {
          let pixelLine = pixelFrame;
          let rowsLine = rowsFrame;
          for (let tapY = firstY; tapY < endY; tapY++) {
            let pixel = pixelLine;
            let rows = rowsLine;
            for (let left = endX - firstX; left > 0; left--) {
              sum = addProducts(sum, pixel, rows, outBytes, channels, filterEnd, outChannels - channel);
              pixel += stepX;
              rows += tapBytes;
            }
            pixelLine += stepY;
            rowsLine += <usize>filterWidth * tapBytes;
          }
          pixelFrame += stepZ;
          rowsFrame += <usize>(filterHeight * filterWidth) * tapBytes;
        }
        storeBefore(yEnd, y + (<usize>channel << 2), sum, outChannels - channel);
      }
      y += outBytes;
    }
  }
}

/** Of the outputs `stride` apart that see a place, the last one, before they end. tfjs-core's padding may be negative. */
// @ts-ignore: decorator
@inline
function lastOutput(padded: i32, stride: i32, outputs: i32): i32 {
  return padded < 0 ? -1 : min(padded / stride, outputs - 1);
}

/** The first of them, or one more than the last where there is none. */
// @ts-ignore: decorator
@inline
function firstOutput(padded: i32, stride: i32, taps: i32): i32 {
  return padded < taps ? 0 : (padded - taps) / stride + 1;
}

/** The sum of four lanes. */
// @ts-ignore: decorator
@inline
function sumOfLanes(value: v128): f32 {
  return f32x4.extract_lane(value, 0) + f32x4.extract_lane(value, 1) + (f32x4.extract_lane(value, 2) + f32x4.extract_lane(value, 3));
}

/**
 * The gradient of {@link convolveVolume} for its input, without dilation: products of rows of `dy` and of the filter, four terms at once. Items are the
 * rows of `dx` (batch * depth * height).
 */
export function convolveVolumeInput(
  task: i32,
  tasks: i32,
  dy: usize,
  filter: usize,
  dx: usize,
  batch: i32,
  depth: i32,
  height: i32,
  width: i32,
  channels: i32,
  outDepth: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  filterDepth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideDepth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padFront: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixelBytes = <usize>channels << 2;
  const outBytes = <usize>outChannels << 2;
  const tapBytes = pixelBytes * outChannels;
  const stepX = <usize>strideWidth * tapBytes;
  const stepY = <usize>(strideHeight * filterWidth) * tapBytes;
  const stepZ = <usize>(strideDepth * filterHeight * filterWidth) * tapBytes;
  const end = partStart(batch * depth * height, task + 1, tasks);
  let row = partStart(batch * depth * height, task, tasks);
  dx += <usize>(row * width) * pixelBytes;
  for (; row < end; row++) {
    const frame = row / height;
    const volume = frame / depth;
    const paddedY = row - frame * height + padTop;
    const paddedZ = frame - volume * depth + padFront;
    const lastY = lastOutput(paddedY, strideHeight, outHeight);
    const lastZ = lastOutput(paddedZ, strideDepth, outDepth);
    const firstZ = firstOutput(paddedZ, strideDepth, filterDepth);
    const firstY = firstOutput(paddedY, strideHeight, filterHeight);
    const line = dy + <usize>(((volume * outDepth + firstZ) * outHeight + firstY) * outWidth) * outBytes;
    for (let column = 0; column < width; column++) {
      const paddedX = column + padLeft;
      const lastX = lastOutput(paddedX, strideWidth, outWidth);
      const firstX = firstOutput(paddedX, strideWidth, filterWidth);
      const tap = ((paddedZ - firstZ * strideDepth) * filterHeight + paddedY - firstY * strideHeight) * filterWidth + paddedX - firstX * strideWidth;
      const weights0 = filter + <usize>tap * tapBytes;
      const slopes0 = line + <usize>firstX * outBytes;
      for (let channel = 0; channel < channels; channel++) {
        let sum = f32x4.splat(0);
        let slopesFrame = slopes0;
        let weightsFrame = weights0 + <usize>channel * outBytes;
        for (let outZ = firstZ; outZ <= lastZ; outZ++) {
          let slopesLine = slopesFrame;
          let weightsLine = weightsFrame;
          for (let outY = firstY; outY <= lastY; outY++) {
            let slopes = slopesLine;
            let weights = weightsLine;
            for (let outX = firstX; outX <= lastX; outX++) {
              let left = outChannels;
              let shift: usize = 0;
              for (; left >= 4; left -= 4) {
                sum = f32x4.add(sum, f32x4.mul(v128.load(slopes + shift), v128.load(weights + shift)));
                shift += 16;
              }
              if (left > 0) sum = f32x4.add(sum, f32x4.mul(loadPartial(slopes + shift, left), loadPartial(weights + shift, left)));
              slopes += outBytes;
              weights -= stepX;
            }
            slopesLine += <usize>outWidth * outBytes;
            weightsLine -= stepY;
          }
          slopesFrame += <usize>(outHeight * outWidth) * outBytes;
          weightsFrame -= stepZ;
        }
        store<f32>(dx, sumOfLanes(sum));
        dx += 4;
      }
    }
  }
}

/** The gradient of {@link convolveVolume} for its filter, without dilation. Items are the taps of the filter. */
export function convolveVolumeFilter(
  task: i32,
  tasks: i32,
  x: usize,
  dy: usize,
  gradient: usize,
  batch: i32,
  depth: i32,
  height: i32,
  width: i32,
  channels: i32,
  outDepth: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  filterDepth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideDepth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padFront: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixelBytes = <usize>channels << 2;
  const rowBytes = <usize>width * pixelBytes;
  const frameBytes = <usize>height * rowBytes;
  const outBytes = <usize>outChannels << 2;
  const dyEnd = dy + <usize>(batch * outDepth * outHeight * outWidth) * outBytes;
  const end = partStart(filterDepth * filterHeight * filterWidth, task + 1, tasks);
  let tap = partStart(filterDepth * filterHeight * filterWidth, task, tasks);
  const gradientEnd = gradient + <usize>end * pixelBytes * outChannels;
  gradient += <usize>tap * pixelBytes * outChannels;
  for (; tap < end; tap++) {
    const tapRow = tap / filterWidth;
    const shiftX = tap - tapRow * filterWidth - padLeft;
    const shiftY = (tapRow % filterHeight) - padTop;
    const shiftZ = tapRow / filterHeight - padFront;
    // A tap sees the places of an image as a window of one place that begins there does, with strides for dilations.
    const firstX = firstTap(shiftX, strideWidth);
    const endX = endTap(shiftX, strideWidth, outWidth, width);
    const firstY = firstTap(shiftY, strideHeight);
    const endY = endTap(shiftY, strideHeight, outHeight, height);
    const firstZ = firstTap(shiftZ, strideDepth);
    const endZ = endTap(shiftZ, strideDepth, outDepth, depth);
    for (let channel = 0; channel < channels; channel++) {
      for (let out = 0; out < outChannels; out += 4) {
        let sum = f32x4.splat(0);
        for (let volume = 0; volume < batch; volume++) {
          for (let outZ = firstZ; outZ < endZ; outZ++) {
            const frameX = x + <usize>(volume * depth + outZ * strideDepth + shiftZ) * frameBytes;
            for (let outY = firstY; outY < endY; outY++) {
              let pixel = frameX + <usize>(outY * strideHeight + shiftY) * rowBytes + <usize>(firstX * strideWidth + shiftX) * pixelBytes + (<usize>channel << 2);
              let slope = dy + <usize>(((volume * outDepth + outZ) * outHeight + outY) * outWidth + firstX) * outBytes + (<usize>out << 2);
              for (let left = endX - firstX; left > 0; left--) {
                sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(pixel), loadBefore(dyEnd, slope, outChannels - out)));
                pixel += <usize>strideWidth * pixelBytes;
                slope += outBytes;
              }
            }
          }
        }
        storeBefore(gradientEnd, gradient, sum, outChannels - out);
        gradient += <usize>min(outChannels - out, 4) << 2;
      }
    }
  }
}
