import * as tf from '@tensorflow/tfjs-core';
import { defineGradient, type GradientEntry } from './gradient-entry.ts';

type Tensor = tf.Tensor;

/** Ones for the ids from 0 to `count - 1`, zeros for the others, with the axes that `rank` needs behind. */
function inRange(ids: Tensor, count: number, rank: number): Tensor {
  const valid = tf.cast(tf.logicalAnd(tf.greaterEqual(ids, 0), tf.less(ids, count)), 'float32');
  return tf.reshape(valid, [...ids.shape, ...Array<number>(rank - ids.rank).fill(1)]);
}

/** Sparse indices as a matrix of one row for each value. */
const asMatrix = (indices: Tensor, rank: number) => (indices.rank === 2 ? indices : tf.reshape(indices, [-1, rank]));

/** How many rows each segment has, at least 1, shaped to divide `[segments, ...]` of the given rank. */
function rowsOf(segmentIds: Tensor, segments: number, rank: number): Tensor {
  const counts = tf.scatterND(tf.reshape(segmentIds, [-1, 1]), tf.ones([segmentIds.size]), [segments]);
  return tf.reshape(tf.maximum(counts, 1), [segments, ...Array<number>(rank - 1).fill(1)]);
}

/** `SparseSegmentSum` or `SparseSegmentMean`: row j of the data's picks goes to segment `segmentIds[j]`. */
const sparseSegmentGradient = (kernel: string, mean: boolean) =>
  defineGradient({
    kernel,
    saves: ['data', 'indices', 'segmentIds'],
    gradient: (dy, { data, indices, segmentIds }) => ({
      data: () => {
        const share = mean ? tf.div(dy, rowsOf(segmentIds, dy.shape[0] as number, dy.rank)) : dy;
        return tf.scatterND(tf.reshape(indices, [-1, 1]), tf.gather(share, segmentIds as tf.Tensor1D), data.shape);
      },
      indices: () => tf.zeros(indices.shape),
      segmentIds: () => tf.zeros(segmentIds.shape),
    }),
  });

/**
 * Gradients of the kernels that write elements to given places: each element gets the gradient of the place it went to.
 * `TensorScatterUpdate` and `SparseToDense` expect every place to be named once, as their kernels do.
 */
export const scatterGradients: readonly GradientEntry[] = [
  defineGradient({
    kernel: 'ScatterNd',
    saves: ['indices'],
    gradient: (dy, { indices }) => ({ updates: () => tf.gatherND(dy, indices), indices: () => tf.zeros(indices.shape) }),
  }),
  defineGradient({
    kernel: 'TensorScatterUpdate',
    saves: ['indices', 'updates'],
    gradient: (dy, { indices, updates }) => ({
      // Not by the kernel itself: on cpu it writes into its input.
      tensor: () => tf.mul(dy, tf.cast(tf.equal(tf.scatterND(indices, tf.onesLike(updates), dy.shape), 0), 'float32')),
      updates: () => tf.gatherND(dy, indices),
      indices: () => tf.zeros(indices.shape),
    }),
  }),
  defineGradient({
    kernel: 'SparseToDense',
    saves: ['sparseIndices', 'sparseValues'],
    gradient: (dy, { sparseIndices, sparseValues }) => {
      const taken = () => tf.gatherND(dy, asMatrix(sparseIndices, dy.rank));
      return {
        sparseIndices: () => tf.zeros(sparseIndices.shape),
        sparseValues: () => (sparseValues.rank === 0 ? tf.sum(taken()) : taken()),
        defaultValue: () => tf.sub(tf.sum(dy), tf.sum(taken())),
      };
    },
  }),
  // Ids outside of the table drop their rows.
  defineGradient({
    kernel: 'UnsortedSegmentSum',
    saves: ['x', 'segmentIds'],
    replaces: true,
    gradient: (dy, { x, segmentIds }, { numSegments }: { numSegments: number }) => ({
      x: () => {
        const ids = tf.clipByValue(segmentIds, 0, numSegments - 1);
        return tf.mul(tf.gather(dy, tf.cast(ids, 'int32')), inRange(segmentIds, numSegments, x.rank));
      },
      segmentIds: () => tf.zeros(segmentIds.shape),
    }),
  }),
  sparseSegmentGradient('SparseSegmentSum', false),
  sparseSegmentGradient('SparseSegmentMean', true),
];
