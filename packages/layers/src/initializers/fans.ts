import type { Shape } from '@kumiko/core';

/** How many inputs reach one output of a kernel, and how many outputs one input reaches. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Fans of a kernel, as in Keras and PyTorch. Kernel `[...window, in, out]`: `fanIn = window * in`, `fanOut = window * out`,
 * where `window` is the product of the axes before the last two. A vector `[n]` has both fans n, a scalar 1.
 *
 * @example
 * fans([3, 3, 32, 64]); // { fanIn: 288, fanOut: 576 }
 */
export function fans(shape: Shape): Fans {
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 };
  const window = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  return { fanIn: window * (shape.at(-2) as number), fanOut: window * (shape.at(-1) as number) };
}
