import { copyRun } from './copy-run.as';

/**
 * Copies `lines` lines of an image from line `firstY` on, of each the pixels `firstX` to `firstX + pixels - 1`; what lies outside the image is 0.
 */
export function padLines(
  target: usize,
  image: usize,
  height: i32,
  width: i32,
  channels: i32,
  firstY: i32,
  lines: i32,
  firstX: i32,
  pixels: i32,
): void {
  const lineBytes = <usize>(width * channels) << 2;
  const step = <usize>(pixels * channels) << 2;
  for (let line = 0; line < lines; line++) {
    const y = firstY + line;
    const inside = <u32>y < <u32>height;
    copyRun(target, inside ? image + <usize>y * lineBytes : image, firstX, pixels, inside ? width : 0, channels);
    target += step;
  }
}
