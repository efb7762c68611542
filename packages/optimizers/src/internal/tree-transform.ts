import * as tf from '@tensorflow/tfjs-core';
import { checkShapes, mapTree, mapTreeWithNames, type Schedule, type Transform, type Tree } from '@kumiko/core';
import type { ParameterMask } from '../add-decayed-weights.ts';
import { checkedOptions } from './checked-options.ts';

/** How a recipe follows a direction u: `params = params - learningRate * (u + weightDecay * params)`. */
export interface DescentOptions {
  readonly learningRate?: number | Schedule;
  /** Decay per unit of learning rate. */
  readonly weightDecay?: number;
  /** Which parameters decay. Default: all. */
  readonly mask?: ParameterMask | undefined;
}

/** A state that counts the updates: the scalar `step`, int32. */
export type CountingState = { readonly step: tf.Scalar };

/**
 * The transform of a rule over whole trees, which gets the state with the step counted from 1, and returns the direction and the next state.
 * With a default learning rate it is the recipe that descends along the direction; without one it is the direction alone.
 */
export function treeTransform<S extends CountingState>(
  name: string,
  defaults: { readonly learningRate?: number; readonly weightDecay?: number },
  options: DescentOptions,
  slots: { readonly [slot: string]: (param: tf.Tensor) => tf.Tensor },
  rule: (grads: Tree, state: S, params: Tree) => readonly [direction: Tree, state: S],
): Transform<S> {
  const { learningRate, weightDecay } = checkedOptions<'learningRate' | 'weightDecay'>(name, Infinity, defaults, options) as DescentOptions;
  return {
    name,
    init: (params) =>
      ({
        step: tf.scalar(0, 'int32'),
        ...(mapTree((start) => mapTree<Tree, tf.Tensor>(start, params), slots) as object),
      }) as S,
    update(grads, state, params) {
      checkShapes(name, params, grads);
      const [direction, next] = rule(grads, { ...state, step: tf.add(state.step, tf.scalar(1, 'int32')) }, params);
      checkShapes(name, next, state);
      const rate = typeof learningRate === 'function' ? learningRate(state.step) : learningRate;
      const updates =
        rate === undefined
          ? direction
          : mapTree<tf.Tensor, tf.Tensor, tf.Tensor, unknown>(
              (param, along, decays) => tf.neg(tf.mul(decays && weightDecay ? tf.add(along, tf.mul(param, weightDecay)) : along, rate)),
              params,
              direction,
              typeof options.mask === 'function' ? mapTreeWithNames(options.mask, params) : (options.mask ?? params),
            );
      return [updates, next];
    },
  };
}
