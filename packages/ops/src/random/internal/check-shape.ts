import { check, formatShape, type Shape } from '@kumiko/core';

/** Refuses a shape that is none; returns how many elements it has. */
export function checkShape(symbol: string, shape: Shape): number {
  check(
    Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 0),
    symbol,
    () => `expected a shape of integers >= 0, got ${Array.isArray(shape) ? formatShape(shape) : String(shape)}. Pass for example [2, 3].`,
  );
  const count = shape.reduce((product, size) => product * size, 1);
  check(
    count < 2 ** 31,
    symbol,
    () => `expected fewer than 2^31 elements, got ${formatShape(shape)}. Draw in parts, each with a key of its own.`,
  );
  return count;
}
