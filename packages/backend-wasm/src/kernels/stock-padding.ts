import { backend_util } from '@tensorflow/tfjs-core';

/** What of a convolution decides the size of its output. */
export interface ConvolutionShape {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dilations: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil' | undefined;
}

type Shape4D = [number, number, number, number];

/** Output length as XNNPACK computes it, which always rounds down. */
function floorLength(padded: number, window: number, stride: number): number {
  return Math.floor((padded - window) / stride) + 1;
}

/**
 * The padding with which XNNPACK computes an output of the size that tfjs-core expects: a window that hangs over the end of the image when
 * sizes are rounded up gets zeros to stand on. (With a numeric padding tfjs-core divides both lengths by the vertical stride.) Stock
 * passes the padding on as it is: XNNPACK then writes less than the output, or past it, and for `same` with strides longer than the
 * filter it looks at the wrong places.
 *
 * @param x shape of an NHWC image
 * @returns `pad` itself where the sizes agree, and `undefined` where no padding makes them agree
 */
export function stockPadding(
  x: readonly number[],
  filter: readonly number[],
  { strides, pad, dilations, dimRoundingMode }: ConvolutionShape,
  depthwise: boolean,
): ConvolutionShape['pad'] | undefined {
  const info = backend_util.computeConv2DInfo(x as Shape4D, filter as Shape4D, strides, dilations, pad, dimRoundingMode, depthwise);
  const { padInfo, strideHeight, strideWidth, effectiveFilterHeight, effectiveFilterWidth } = info;
  const missing = (output: number, stride: number, window: number, padded: number) => Math.max(0, (output - 1) * stride + window - padded);
  const height = info.inHeight + padInfo.top + padInfo.bottom;
  const width = info.inWidth + padInfo.left + padInfo.right;
  const rows = missing(info.outHeight, strideHeight, effectiveFilterHeight, height);
  const columns = missing(info.outWidth, strideWidth, effectiveFilterWidth, width);
  const agrees =
    floorLength(height + rows, effectiveFilterHeight, strideHeight) === info.outHeight &&
    floorLength(width + columns, effectiveFilterWidth, strideWidth) === info.outWidth;
  if (!agrees || info.outHeight < 1 || info.outWidth < 1) return undefined;
  const skipsPlaces = pad === 'same' && (strideHeight > effectiveFilterHeight || strideWidth > effectiveFilterWidth);
  if (rows === 0 && columns === 0 && !skipsPlaces) return pad;
  return [
    [0, 0],
    [padInfo.top, padInfo.bottom + rows],
    [padInfo.left, padInfo.right + columns],
    [0, 0],
  ];
}
