/** An axis of a copy. Strides are in elements; that of the source may be 0 or negative. */
export interface StridedAxis {
  readonly length: number;
  readonly from: number;
  readonly to: number;
}

/** The strides of an array without gaps, one for each axis. */
export function contiguousStrides(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/**
 * The fewest axes that make the same copy, the innermost first: without those of length 1, and with neighbours as one where both strides go on.
 *
 * @param axes the outermost first
 * @returns at least one axis
 * @example
 * fewestAxes([{ length: 2, from: 12, to: 12 }, { length: 3, from: 4, to: 4 }, { length: 4, from: 1, to: 1 }]); // one of length 24
 */
export function fewestAxes(axes: readonly StridedAxis[]): StridedAxis[] {
  const found: StridedAxis[] = [];
  for (const axis of axes.toReversed()) {
    const last = found.at(-1);
    if (axis.length === 1) continue;
    if (last !== undefined && axis.from === last.from * last.length && axis.to === last.to * last.length)
      found[found.length - 1] = { ...last, length: last.length * axis.length };
    else found.push(axis);
  }
  return found.length > 0 ? found : [{ length: 1, from: 1, to: 1 }];
}
