import type { backend_util } from '@tensorflow/tfjs-core';

/** Floats of an image's lines that are looked at together: half of the nearest cache. */
const MOST_FLOATS = 4096;

/** Lines of an image with their padding, as `convolveLines` and `convolveFilterLines` copy them. */
export interface LinesPlan {
  /** Output rows of a band. */
  readonly rowCount: number;
  /** Bands of all images. */
  readonly bands: number;
  /** Bytes that the lines of a band take. */
  readonly lineBytes: number;
}

/**
 * Cuts a convolution's output into bands of rows.
 *
 * @param mostPoints output points of a band, unless one row has more
 */
export function planLines(info: backend_util.Conv2DInfo, mostPoints: number): LinesPlan {
  const { batchSize, inChannels, outHeight, outWidth, strideHeight, strideWidth, effectiveFilterHeight, effectiveFilterWidth } = info;
  const lineFloats = ((outWidth - 1) * strideWidth + effectiveFilterWidth) * inChannels;
  const fitting = Math.floor((MOST_FLOATS / lineFloats - effectiveFilterHeight) / strideHeight) + 1;
  const most = Math.max(1, Math.min(outHeight, fitting, Math.floor(mostPoints / outWidth)));
  const rowCount = Math.ceil(outHeight / Math.ceil(outHeight / most));
  return {
    rowCount,
    bands: batchSize * Math.ceil(outHeight / rowCount),
    lineBytes: 4 * ((rowCount - 1) * strideHeight + effectiveFilterHeight) * lineFloats,
  };
}
