import type * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, mapTreeWithNames, type Tree } from '@kumiko/core';

/** Throws unless what came for a parameter has the shape that it must have: broadcasting would let others pass. */
export function checkShape(symbol: string, what: string, name: string, got: tf.Tensor, expected: tf.Tensor): void {
  const shapes = [expected, got].map(({ shape }) => formatShape(shape));
  check(
    shapes[0] === shapes[1],
    symbol,
    () => `expected a ${what} of shape ${shapes.join(', got ')} at '${name}'. Pass those of these parameters.`,
  );
}

/** Throws unless gradients have the parameters' structure and shapes. */
export function checkShapes(symbol: string, grads: Tree, params: Tree): void {
  mapTreeWithNames<void, tf.Tensor, tf.Tensor>(
    (name, param, grad) => checkShape(symbol, 'gradient', name, grad as tf.Tensor, param),
    params,
    grads,
  );
}
