import * as tf from '@tensorflow/tfjs-core';
import { defineGradient, type GradientEntry } from './gradient-entry.ts';

type Tensor = tf.Tensor;

const sizeOf = (sizes: readonly number[]) => sizes.reduce((product, size) => product * size, 1);

/** Sums rows `[m, width]` into a table `[rows, width]`, row j into row `ids[j]`. */
function addRows(values: Tensor, ids: Tensor, rows: number): Tensor {
  const width = values.shape[1] as number;
  return tf.scatterND(tf.reshape(ids, [-1, 1]), values, [rows, width]);
}

/**
 * The gradient of `GatherV2` for any axis and number of batch axes: with x seen as `[batch, outer, n, inner]` and the indices as
 * `[batch, taken]`, add row `[outer, inner]` of each taken element to row `batch n + index`.
 */
function gatherGradient(dy: Tensor, x: Tensor, indices: Tensor, axis: number, batchDims: number): Tensor {
  const along = tf.util.parseAxisParam(axis, x.shape)[0] as number;
  const batchAxes = batchDims < 0 ? batchDims + indices.rank : batchDims;
  const batch = sizeOf(x.shape.slice(0, batchAxes));
  const outer = sizeOf(x.shape.slice(batchAxes, along));
  const inner = sizeOf(x.shape.slice(along + 1));
  const size = x.shape[along] as number;
  const taken = sizeOf(indices.shape.slice(batchAxes));
  const firstRows = tf.mul(tf.range(0, batch, 1, 'int32'), tf.scalar(size, 'int32'));
  const ids = tf.add(tf.reshape(indices, [batch, taken]), tf.expandDims(firstRows, 1));
  const values = tf.transpose(tf.reshape(dy, [batch, outer, taken, inner]), [0, 2, 1, 3]);
  const summed = addRows(tf.reshape(values, [batch * taken, outer * inner]), ids, batch * size);
  return tf.reshape(tf.transpose(tf.reshape(summed, [batch, size, outer, inner]), [0, 2, 1, 3]), x.shape);
}

/** `[[row, 0..n-1]]` for each of the last axis' selected positions: where the values of `TopK` came from, in the flattened input. */
function flatPositions(indices: Tensor, width: number): Tensor {
  const selected = indices.shape.at(-1) ?? 1;
  const rows = tf.reshape(indices, [-1, selected]);
  const starts = tf.mul(tf.range(0, rows.shape[0] as number, 1, 'int32'), tf.scalar(width, 'int32'));
  return tf.reshape(tf.add(rows, tf.expandDims(starts, 1)), [-1]);
}

/**
 * Gradients of the kernels that pick elements: each picked element's gradient is added to where it came from.
 * They use `ScatterNd`, whose work does not grow with the table (on cpu, `UnsortedSegmentSum` passes over it once a row).
 * Indices get zero gradients, so that they may depend on what is differentiated.
 */
export const gatherGradients: readonly GradientEntry[] = [
  defineGradient({
    kernel: 'GatherV2',
    saves: ['x', 'indices'],
    replaces: true,
    gradient: (dy, { x, indices }, { axis, batchDims }: { axis: number; batchDims: number }) => ({
      x: () => gatherGradient(dy, x, indices, axis, batchDims),
      indices: () => tf.zeros(indices.shape),
    }),
  }),
  defineGradient({
    kernel: 'GatherNd',
    saves: ['params', 'indices'],
    gradient: (dy, { params, indices }) => ({
      params: () => tf.scatterND(indices, dy, params.shape),
      indices: () => tf.zeros(indices.shape),
    }),
  }),
  {
    replaces: false,
    config: {
      kernelName: 'TopK',
      inputsToSave: ['x'],
      outputsToSave: [false, true],
      gradFunc: (dys, [x, indices]) => ({
        x: () => {
          const [dValues] = dys as Tensor[];
          const input = x as Tensor;
          const positions = flatPositions(indices as Tensor, input.shape.at(-1) as number);
          return tf.reshape(addRows(tf.reshape(dValues as Tensor, [-1, 1]), positions, input.size), input.shape);
        },
      }),
    },
  },
];
