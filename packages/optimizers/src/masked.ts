import * as tf from '@tensorflow/tfjs-core';
import { flatten, mapTree, type Transform, type Tree } from '@kumiko/core';
import type { ParameterMask } from './add-decayed-weights.ts';
import { maskOf } from './internal/mask-of.ts';
import { partition, type PartitionState } from './partition.ts';

/**
 * A transform for some parameters; gradients of the others pass as they are. The transform sees only its own, under their names.
 *
 * @param inner any transform
 * @param mask a tree of booleans of the parameters' structure, or a function of a parameter's name and value
 * @throws KumikoError from `init` and `update` when the mask's structure is not the parameters'
 * @example
 * const transform = masked(clipByValue(1), (name) => name === 'kernel');
 * const params = { kernel: tf.scalar(0), bias: tf.scalar(0) };
 * transform.update({ kernel: tf.scalar(5), bias: tf.scalar(5) }, transform.init(params), params)[0]; // { kernel: 1, bias: 5 }
 * @see optax.masked
 */
export function masked(inner: Transform, mask: ParameterMask): Transform<PartitionState> {
  const rest: Transform = {
    name: 'rest',
    init: () => ({}),
    update: (grads, state) => [mapTree<tf.Tensor, tf.Tensor>((grad) => tf.clone(grad), grads), state],
  };
  const over = (params: Tree): Transform<PartitionState> => {
    const chosen = new Map(flatten(maskOf(mask, params)).map(({ name, leaf }) => [name, leaf]));
    return partition({ inner, rest }, (name) => (chosen.get(name) ? 'inner' : 'rest'));
  };
  return {
    name: 'masked',
    init: (params) => over(params).init(params),
    update: (grads, state, params, extra) => over(params).update(grads, state, params, extra),
    ...(inner.evalParams && { evalParams: (params: Tree, state: PartitionState) => over(params).evalParams?.(params, state) ?? params }),
  };
}
