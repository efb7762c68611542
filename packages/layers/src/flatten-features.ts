import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, shapeOf, type Layer, type Tree } from '@kumiko/core';
import { singleShape } from './internal/single-shape.ts';

/** Options of {@link flattenFeatures}. */
export interface FlattenFeaturesOptions {
  /** Name of the layer. Default: `'flatten'`. */
  readonly name?: string;
}

/**
 * Joins all axes but the batch axis into one, in row-major order; tfjs and PyTorch call it `flatten`. Has no variables.
 *
 * @param options `name`
 * @returns a layer of `[batch,...]` to `[batch,features]`
 * @throws KumikoError from `init` when the input has no axes
 * @example
 * flattenFeatures().init(key(0), shapeOf([8, 3, 3, 64])).output; // shapeOf([8, 576])
 * @see tf.layers.flatten, torch.nn.Flatten
 */
export function flattenFeatures({ name = 'flatten' }: FlattenFeaturesOptions = {}): Layer<tf.Tensor, tf.Tensor> {
  return {
    name,
    init(_key, input) {
      const leaf = singleShape(name, input);
      check(leaf.shape.length >= 1, name, () => `expected input [batch,...], got ${formatShape(leaf.shape)}. Give it a batch axis.`);
      const [batch, ...rest] = leaf.shape as [number, ...number[]];
      return { params: {}, state: {}, output: shapeOf([batch, rest.reduce((product, size) => product * size, 1)], leaf.dtype) };
    },
    apply({ state }, x): [tf.Tensor, { state: Tree }] {
      return [tf.reshape(x, [x.shape[0] as number, x.shape.slice(1).reduce((product, size) => product * size, 1)]), { state }];
    },
  };
}
