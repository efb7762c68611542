import { util } from '@tensorflow/tfjs-core';

/** Neighbouring axes that are reduced together, as the middle axis of [outer, rows, columns]. */
export interface ReducedStretch {
  readonly outer: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * The reductions over one middle axis each that, one after the other, reduce `axes` of `shape`; the last axes come first. Axes of length 1
 * need none.
 *
 * @example
 * reducedStretches([2, 3, 4, 5], [0, 2, 3]); // [{ outer: 6, rows: 20, columns: 1 }, { outer: 1, rows: 2, columns: 3 }]
 */
export function reducedStretches(shape: readonly number[], axes: readonly number[]): ReducedStretch[] {
  const stretches: ReducedStretch[] = [];
  let outer = util.sizeFromShape(shape as number[]);
  let columns = 1;
  let rows = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis]!;
    if (length === 1) continue;
    if (axes.includes(axis)) {
      rows *= length;
    } else {
      if (rows > 1) stretches.push({ outer, rows, columns });
      rows = 1;
      columns *= length;
    }
    outer /= length;
  }
  if (rows > 1) stretches.push({ outer, rows, columns });
  return stretches;
}
