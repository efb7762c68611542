/**
 * A shape without `axes`, or with a length of 1 for each of them.
 *
 * @example
 * reducedShape([2, 3, 4], [1], false); // [2, 4]
 */
export function reducedShape(shape: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  const reduced: number[] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    if (!axes.includes(axis)) reduced.push(shape[axis]!);
    else if (keepDims) reduced.push(1);
  }
  return reduced;
}
