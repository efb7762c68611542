import type { Tensor } from '@tensorflow/tfjs-core';
import type { Layer, Tree } from '@kumiko/core';
import { singleShape } from './internal/single-shape.ts';

/** A function applied to each element: any `(x) => y` of tensor ops that keeps the shape. */
export type Activation = <T extends Tensor>(x: T) => T;

/** Options of {@link activation}. */
export interface ActivationOptions {
  /** Name of the layer. Default: `'activation'`. */
  readonly name?: string;
}

/**
 * A layer without variables that applies a function of each element: `y = fn(x)`.
 * For an activation that stands right behind {@link conv2d} or {@link dense}, pass it as their option `activation`, which is faster.
 *
 * @param fn for example {@link relu}, or your own
 * @param options `name`
 * @returns a layer of any shape to the same shape
 * @example
 * const layer = activation(relu);
 * layer.init(key(0), shapeOf([8, 64])).output; // shapeOf([8, 64])
 */
export function activation(fn: Activation, { name = 'activation' }: ActivationOptions = {}): Layer<Tensor, Tensor> {
  return {
    name,
    init(_key, input) {
      return { params: {}, state: {}, output: singleShape(name, input) };
    },
    apply({ state }, x): [Tensor, { state: Tree }] {
      return [fn(x), { state }];
    },
  };
}
