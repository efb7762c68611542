import type { Tensor } from '@tensorflow/tfjs-core';
import type { Layer, Tree } from '@kumiko/core';
import { checkPositiveInteger } from '../internal/check-positive-integer.ts';
import { sequential, type Sequential, type SequentialOptions } from '../sequential.ts';

/**
 * `count` layers one behind the other, each with variables of its own: `repeat(2, f)` is `sequential([f(0), f(1)])`.
 *
 * @param count at least 1
 * @param make the layer at a position, counted from 0
 * @param options `name`, by default `'repeat'`
 * @throws KumikoError when `count` is not a whole number of at least 1
 * @example
 * const { params } = repeat(3, () => dense({ units: 4 })).init(key(0), shapeOf([1, 4]));
 * Object.keys(params); // ['dense', 'dense_1', 'dense_2']
 */
export function repeat<In extends Tree = Tensor, Out extends Tree = Tensor>(
  count: number,
  make: (position: number) => Layer,
  { name = 'repeat' }: SequentialOptions = {},
): Sequential<In, Out> {
  checkPositiveInteger(name, 'count', count);
  return sequential<In, Out>(
    Array.from({ length: count }, (_unused, position) => make(position)),
    { name },
  );
}
