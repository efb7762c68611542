import type * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, mapTreeWithNames, type Tree } from '@kumiko/core';

/** Throws unless what came for a parameter has the shape that it must have: broadcasting would let others pass. */
export function checkShape(symbol: string, what: string, name: string, got: tf.Tensor, expected: tf.Tensor): void {
  const shapes = [expected, got].map(({ shape }) => formatShape(shape));
  check(
    shapes[0] === shapes[1],
    symbol,
    () => `expected the ${what} to have shape ${shapes.join(', got ')} at '${name}'. Pass those of these parameters.`,
  );
}

/** Throws unless gradients, or what else comes for parameters, have their structure and shapes. */
export function checkShapes(symbol: string, tree: Tree, params: Tree, what = 'gradient'): void {
  mapTreeWithNames<void, tf.Tensor, tf.Tensor>(
    (name, param, leaf) => checkShape(symbol, what, name, leaf as tf.Tensor, param),
    params,
    tree,
  );
}
