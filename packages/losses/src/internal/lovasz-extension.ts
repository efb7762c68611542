import * as tf from '@tensorflow/tfjs-core';

/** For each row the positions of its values, as positions in the flattened matrix, from the largest value to the smallest. */
function flatOrder(values: tf.Tensor): tf.Tensor1D {
  const [rows, columns] = values.shape as [number, number];
  const { indices } = tf.topk(values, columns);
  const starts = tf.reshape(tf.range(0, rows * columns, columns, 'int32'), [rows, 1]);
  return tf.reshape(tf.add(indices, starts), [-1]);
}

/** The slopes of the Lovasz extension of the Jaccard loss: how much each error, from the largest on, adds to it. */
function slopes(errors: tf.Tensor, truth: tf.Tensor): tf.Tensor {
  const shape = errors.shape as [number, number];
  const order = flatOrder(errors);
  const sorted = tf.reshape(tf.gather(tf.reshape(truth, [-1]), order), shape);
  const positives = tf.sum(truth, 1, true);
  const intersection = tf.sub(positives, tf.cumsum(sorted, 1));
  const union = tf.add(positives, tf.cumsum(tf.sub(1, sorted), 1));
  const jaccard = tf.sub(1, tf.div(intersection, union));
  const before = tf.pad2d(tf.slice(jaccard, [0, 0], [shape[0], shape[1] - 1]) as tf.Tensor2D, [
    [0, 0],
    [1, 0],
  ]);
  // Back to where the errors came from: the inverse of a permutation is the order of its values, from the smallest on.
  const starts = tf.reshape(tf.range(0, shape[0] * shape[1], shape[1], 'int32'), [shape[0], 1]);
  const back = flatOrder(tf.neg(tf.cast(tf.sub(tf.reshape(order, shape), starts), 'float32')));
  return tf.reshape(tf.gather(tf.reshape(tf.sub(jaccard, before), [-1]), back), shape);
}

/**
 * The Lovasz extension of the Jaccard loss of each row, `errors . slopes(errors)`, by algorithm 1 of the paper.
 * It is linear between changes of the errors' order: its gradient is the slopes.
 *
 * @param errors float32 `[rows,n]`, n at least 1
 * @param truth float32 `[rows,n]`, 0 or 1, without a gradient
 */
export function lovaszExtension(errors: tf.Tensor, truth: tf.Tensor): tf.Tensor {
  return tf.customGrad((x, save) => {
    const weights = slopes(x as tf.Tensor, truth);
    (save as tf.GradSaveFunc)([weights]);
    return {
      value: tf.sum(tf.mul(x as tf.Tensor, weights), 1),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(tf.expandDims(dy, 1), saved[0] as tf.Tensor),
    };
  })(errors);
}
