import { sizeOf } from '../input-values.ts';

/** The numbers of a tensor with its axes in another order: axis i of the result is axis `order[i]` of `values`. */
export function permute(values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const sides = order.map((axis) => shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  const result = new Float32Array(values.length);
  const index = sides.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = values[from]!;
    for (let axis = sides.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++index[axis]! < sides[axis]!) break;
      from -= steps[axis]! * sides[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
