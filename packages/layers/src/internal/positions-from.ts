import * as tf from '@tensorflow/tfjs-core';

/** Positions of `count` neighbours, int32 `[count]`: 0, 1, ... or from an int32 scalar on. */
export function positionsFrom(count: number, first?: tf.Tensor): tf.Tensor1D {
  const positions = tf.range(0, count, 1, 'int32');
  return first ? tf.add(positions, first) : positions;
}
