import type * as tf from '@tensorflow/tfjs-core';
import { check, flatten, formatShape, mapTree, type Tree } from '@kumiko/core';

/** Throws unless gradients have the parameters' structure and shapes: broadcasting would let others pass. */
export function checkShapes(name: string, grads: Tree, params: Tree): void {
  const shapes = mapTree<string, tf.Tensor, tf.Tensor>(
    (grad, param) =>
      formatShape(grad.shape) === formatShape(param.shape) ? '' : `${formatShape(param.shape)}, got ${formatShape(grad.shape)}`,
    grads,
    params,
  );
  const wrong = flatten(shapes).find(({ leaf }) => leaf !== '');
  check(
    wrong === undefined,
    name,
    () => `expected a gradient of shape ${wrong?.leaf} at '${wrong?.name}'. Pass gradients of the parameters' shapes.`,
  );
}
