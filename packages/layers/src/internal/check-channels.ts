import { check, formatShape } from '@kumiko/core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Throws unless the last axis of an input has the size that the layer's variables were made for. */
export function checkChannels(symbol: string, x: Tensor, channels: number | undefined): void {
  check(
    x.rank >= 2 && (channels === undefined || x.shape.at(-1) === channels),
    symbol,
    () =>
      `expected input [batch,...,${channels ?? 'channels'}], got ${formatShape(x.shape)}. Pass inputs of the shape that init was given.`,
  );
}
