/** How many of `taps` neighbours from `corner` on lie in the image. The first of them is at `max(0, corner)`. */
// @ts-ignore: decorator
@inline
export function tapsInside(corner: i32, taps: i32, length: i32): i32 {
  return max(0, min(length, corner + taps) - max(0, corner));
}

/** The first of the taps, `dilation` apart from `corner` on, that lies in the image. */
// @ts-ignore: decorator
@inline
export function firstTap(corner: i32, dilation: i32): i32 {
  return corner >= 0 ? 0 : (dilation - 1 - corner) / dilation;
}

/** The first of `taps` that lies beyond the image. */
// @ts-ignore: decorator
@inline
export function endTap(corner: i32, dilation: i32, taps: i32, length: i32): i32 {
  return corner >= length ? 0 : min(taps, (length - 1 - corner) / dilation + 1);
}

/** The first of the windows, `stride` apart, that reaches a place: the first to end behind it. */
// @ts-ignore: decorator
@inline
export function firstWindow(padded: i32, taps: i32, stride: i32): i32 {
  return padded < taps ? 0 : (padded - taps) / stride + 1;
}

/** How many of the windows begin at a place or before it. tfjs-core's padding of volumes may be negative. */
// @ts-ignore: decorator
@inline
export function endWindow(padded: i32, stride: i32, windows: i32): i32 {
  return padded < 0 ? 0 : min(windows, padded / stride + 1);
}
