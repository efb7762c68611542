import * as tf from '@tensorflow/tfjs-core';
import { check, type Layer, type Shape, type Tree } from '@kumiko/core';
import { dropoutMask } from '@kumiko/ops';
import { singleShape } from './single-shape.ts';

/** A layer that in training multiplies by a dropout mask of a shape that broadcasts to the input's. */
export function maskedDropout(name: string, rate: number, maskShape: (input: Shape) => number[]): Layer<tf.Tensor, tf.Tensor> {
  check(rate >= 0 && rate < 1, name, () => `expected rate in [0, 1), got ${rate}. Pass for example 0.2.`);
  return {
    name,
    init(_key, input) {
      return { params: {}, state: {}, output: singleShape(name, input) };
    },
    apply({ state }, x, { training, key }): [tf.Tensor, { state: Tree }] {
      if (!training || rate === 0) return [x, { state }];
      check(key !== undefined, name, () => 'expected a key in training, got none. Pass { training: true, key }; a training step does.');
      return [tf.mul(x, dropoutMask(key, maskShape(x.shape), rate)), { state }];
    },
  };
}
