import type { ReducedStretch } from './reduced-stretches.ts';

/**
 * A shape as [outer, rows, columns], of which `axis` is the middle.
 *
 * @example
 * aroundAxis([2, 3, 4, 5], 2); // { outer: 6, rows: 4, columns: 5 }
 */
export function aroundAxis(shape: readonly number[], axis: number): ReducedStretch {
  let outer = 1;
  let columns = 1;
  for (let i = 0; i < axis; i++) outer *= shape[i]!;
  for (let i = axis + 1; i < shape.length; i++) columns *= shape[i]!;
  return { outer, rows: shape[axis]!, columns };
}
