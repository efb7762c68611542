import type { Tensor } from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';

/** Throws unless both are batches of images of one shape, and the peak is a number > 0. */
export function checkImages(symbol: string, first: Tensor, second: Tensor, peak: number): void {
  check(
    first.rank === 4 && formatShape(first.shape) === formatShape(second.shape),
    symbol,
    () =>
      `expected two batches [batch,height,width,channels] of one shape, got ${formatShape(first.shape)} and ${formatShape(second.shape)}. Pass both as such.`,
  );
  check(Number.isFinite(peak) && peak > 0, symbol, () => `expected peak to be a number > 0, got ${peak}. Pass 1, or 255 for bytes.`);
}
