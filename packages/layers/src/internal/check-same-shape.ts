import { check, formatShape, type ShapeLeaf } from '@kumiko/core';

/** Throws unless shapes are the same. */
export function checkSameShape(symbol: string, what: string, shapes: readonly ShapeLeaf[], fix: string): void {
  const texts = shapes.map(({ shape }) => formatShape(shape));
  check(new Set(texts).size <= 1, symbol, () => `expected ${what} of one shape, got ${texts.join(' and ')}. ${fix}`);
}
