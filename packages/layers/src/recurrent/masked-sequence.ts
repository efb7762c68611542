import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';

/** Sequences of different lengths in one tensor. */
export type MaskedSequence = {
  /** float32 `[batch,steps,features]` */
  readonly values: tf.Tensor;
  /** bool or float32 `[batch,steps]`: true, or 1, where a step counts */
  readonly mask: tf.Tensor;
};

/**
 * The mask of sequences of these lengths: true at the steps 0 up to before `lengths[b]`.
 *
 * @param lengths int32 or float32 `[batch]`
 * @param steps the length of the longest, at least 1
 * @returns bool `[batch,steps]`
 * @throws KumikoError when `lengths` is not a vector or `steps` not a whole number of at least 1
 * @example
 * sequenceMask(tf.tensor1d([1, 3], 'int32'), 3); // [[1, 0, 0], [1, 1, 1]]
 * @see tf.sequence_mask; torch.nn.utils.rnn.pack_padded_sequence
 */
export function sequenceMask(lengths: tf.Tensor, steps: number): tf.Tensor2D {
  check(lengths.rank === 1, 'sequenceMask', () => `expected lengths [batch], got rank ${lengths.rank}. Pass one length for each sequence.`);
  check(
    Number.isInteger(steps) && steps >= 1,
    'sequenceMask',
    () => `expected steps to be a whole number of at least 1, got ${steps}. Pass the length of the longest sequence.`,
  );
  return tf.tidy(() => tf.less(tf.range(0, steps, 1, 'float32'), tf.cast(tf.expandDims(lengths, 1), 'float32')) as tf.Tensor2D);
}
