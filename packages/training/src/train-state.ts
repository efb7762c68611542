import * as tf from '@tensorflow/tfjs-core';
import { foldIn, keepTree, keyTensor, type Key, type Layer, type ShapeTree, type Transform, type Tree } from '@kumiko/core';

/** All that a training step reads and changes: a tree, so it can be saved and loaded whole. */
export type TrainState = {
  /** What is differentiated and optimised. */
  readonly params: Tree;
  /** What the model changes without gradients: running statistics. */
  readonly state: Tree;
  /** The optimizer's state. */
  readonly optimizer: Tree;
  /** Source of randomness of the next step, int32 `[2]`. */
  readonly key: tf.Tensor1D;
};

/** Options of {@link initTrainState}. */
export interface InitTrainStateOptions {
  readonly model: Layer;
  readonly optimizer: Transform;
  /** Decides the first parameters and the randomness of every step. */
  readonly key: Key;
  /** Shape of the model's input, with any batch size. */
  readonly input: ShapeTree;
}

/**
 * The state before the first step: parameters drawn from the key, and the optimizer's state for them. It outlives an enclosing `tf.tidy`;
 * dispose it with `disposeTree`.
 *
 * @param options all required
 * @throws KumikoError when the model does not fit the input's shape
 * @example
 * const model: Layer = {
 *   name: 'scale',
 *   init: (_key, output) => ({ params: { w: tf.ones([]) }, state: {}, output }),
 *   apply: ({ params, state }, x) => [tf.mul(x as tf.Tensor, (params as { w: tf.Tensor }).w), { state }],
 * };
 * const optimizer: Transform = { name: 'none', init: () => ({}), update: (grads, state) => [grads, state] };
 * const state = initTrainState({ model, optimizer, key: key(0), input: shapeOf([1, 3]) });
 * Object.keys(state); // ['params', 'state', 'optimizer', 'key']
 */
export function initTrainState({ model, optimizer, key, input }: InitTrainStateOptions): TrainState {
  return tf.tidy(() => {
    const { params, state } = model.init(foldIn(key, 'params'), input);
    return keepTree({ params, state, optimizer: optimizer.init(params), key: keyTensor(foldIn(key, 'steps')) });
  });
}
