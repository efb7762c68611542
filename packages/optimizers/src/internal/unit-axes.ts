import type { Tensor } from '@tensorflow/tfjs-core';

/** The axes that one output unit spans: all but the last; all, where there are fewer than two. */
export function unitAxes({ rank }: Tensor): number[] {
  return Array.from({ length: rank < 2 ? rank : rank - 1 }, (_, axis) => axis);
}
