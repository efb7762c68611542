import type { backend_util } from '@tensorflow/tfjs-core';

/** Channels of a vector. */
const VECTOR = 4;

/** Floats of the rows that a row of windows sees, at most: those of the nearest cache, since they are read for some channels at a time. */
const NEAR = 2 ** 13;

type Windows = Pick<backend_util.Conv2DInfo, 'filterHeight' | 'filterWidth' | 'strideWidth' | 'inWidth' | 'inChannels'>;

/**
 * Whether the windows of a row are pooled by combining each of their columns once: small squares that share columns, of which stride 1 leaves
 * the least to read.
 */
export function slides({ filterHeight, filterWidth, strideWidth, inWidth, inChannels }: Windows): boolean {
  const isSmall = filterHeight === filterWidth && (filterWidth === 2 || filterWidth === 3);
  const isNear = strideWidth === 1 || filterHeight * inWidth * inChannels <= NEAR;
  return isSmall && strideWidth < filterWidth && isNear && inChannels >= VECTOR;
}
