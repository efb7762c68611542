import * as tf from '@tensorflow/tfjs-core';

/** The part of the engine's state that a gradient inside a gradient must save. */
interface TapeState {
  activeTape: { saved?: tf.Tensor[] }[] | null;
  gradientDepth: number;
}

/**
 * `tf.grads` that also works inside a gradient function: there the engine has put its tape aside and would lose it.
 *
 * @param fn the function to differentiate
 * @param xs where
 * @param dy the cotangent of its result
 * @example
 * nestedGradients((x) => tf.square(x!), [tf.scalar(3)], tf.scalar(1)); // [6]
 */
export function nestedGradients(fn: (...xs: tf.Tensor[]) => tf.Tensor, xs: tf.Tensor[], dy: tf.Tensor): tf.Tensor[] {
  const { state } = tf.engine() as unknown as { state: TapeState };
  const outerTape = state.activeTape;
  if (outerTape === null || outerTape === undefined || state.gradientDepth > 0) return tf.grads(fn)(xs, dy);
  state.gradientDepth++;
  state.activeTape = [];
  try {
    const gradients = tf.grads(fn)(xs, dy);
    for (const node of state.activeTape) for (const tensor of node.saved ?? []) tensor.dispose();
    return gradients;
  } finally {
    state.gradientDepth--;
    state.activeTape = outerTape;
  }
}
