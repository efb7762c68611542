import * as tf from '@tensorflow/tfjs-core';
import { foldIn, shapeOf, type Layer, type ShapeLeaf, type Tree } from '@kumiko/core';
import { zeros } from '@kumiko/layers';

/** Puts one learned row before the positions of each sample: `[batch,positions,features]` to `[batch,1 + positions,features]`. */
export function classToken(): Layer<tf.Tensor, tf.Tensor> {
  return {
    name: 'classToken',
    init(key, input) {
      const [batch, positions, features] = (input as ShapeLeaf).shape as [number, number, number];
      return { params: { token: zeros(foldIn(key, 'token'), [features]) }, state: {}, output: shapeOf([batch, positions + 1, features]) };
    },
    apply({ params, state }, x): [tf.Tensor, { state: Tree }] {
      const { token } = params as { token: tf.Tensor };
      const [batch, , features] = x.shape as [number, number, number];
      return [tf.concat([tf.tile(tf.reshape(token, [1, 1, features]), [batch, 1, 1]), x], 1), { state }];
    },
  };
}
