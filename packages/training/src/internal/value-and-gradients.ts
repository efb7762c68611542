import * as tf from '@tensorflow/tfjs-core';

/** What tfjs keeps of a forward pass for the way back. */
interface Tape {
  readonly activeTape: { saved?: tf.Tensor[] }[] | null;
  readonly gradientDepth: number;
}

/**
 * A function's value and its gradients with respect to some tensors; 0 where it does not depend on one.
 * Unlike `tf.grads` it also frees what the tape has saved when the function throws.
 */
export function valueAndGradients(fn: () => tf.Scalar, xs: tf.Tensor[]): { value: tf.Scalar; gradients: tf.Tensor[] } {
  try {
    const { value, grads } = tf.engine().gradients<tf.Scalar>(fn, xs, undefined, true);
    return { value, gradients: xs.map((x, i) => grads[i] ?? tf.zerosLike(x)) };
  } catch (error) {
    const { activeTape, gradientDepth } = tf.engine().state as unknown as Tape;
    if (gradientDepth === 0) for (const { saved } of activeTape ?? []) tf.dispose(saved ?? []);
    throw error;
  }
}
