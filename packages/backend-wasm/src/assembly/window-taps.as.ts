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
