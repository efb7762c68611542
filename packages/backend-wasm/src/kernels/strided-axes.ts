/** An axis of a copy. Strides are in elements; that of the source may be 0 or negative. */
export interface StridedAxis {
  readonly length: number;
  readonly from: number;
  readonly to: number;
}

/** The strides of an array without gaps, one for each axis. */
export function contiguousStrides(shape: readonly number[]): number[] {
  const strides: number[] = [];
  for (let axis = 0; axis < shape.length; axis++) strides.push(1);
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
  let last: StridedAxis | undefined;
  for (let i = axes.length - 1; i >= 0; i--) {
    const axis = axes[i]!;
    if (axis.length === 1) continue;
    const goesOn = last !== undefined && axis.from === last.from * last.length && axis.to === last.to * last.length;
    last = goesOn ? { length: last!.length * axis.length, from: last!.from, to: last!.to } : axis;
    if (goesOn) found[found.length - 1] = last;
    else found.push(last);
  }
  if (last === undefined) found.push({ length: 1, from: 1, to: 1 });
  return found;
}
