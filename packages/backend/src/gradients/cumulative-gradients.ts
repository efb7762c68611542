import * as tf from '@tensorflow/tfjs-core';
import { defineGradient, type GradientEntry } from './gradient-entry.ts';

type Tensor = tf.Tensor;

interface CumulativeAttributes {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** Applies `f` to matrices `[rows, n]` whose last axis is the given axis of the tensors. */
function alongLastAxis(axis: number, tensors: readonly Tensor[], f: (...rows: Tensor[]) => Tensor): Tensor {
  const [first] = tensors as [Tensor];
  const last = (axis + first.rank) % first.rank;
  const order = [...first.shape.keys()].filter((other) => other !== last).concat(last);
  const moved = tensors.map((tensor) => tf.transpose(tensor, order));
  const rows = moved.map((tensor) => tf.reshape(tensor, [-1, first.shape[last] as number]));
  const result = tf.reshape(f(...rows), (moved[0] as Tensor).shape);
  return tf.transpose(result, tf.backend_util.getUndoAxesPermutation(order));
}

/**
 * The gradient of `y_i = x_0 ... x_i` for rows:
 * `dx_k = (x_0 ... x_{k-1}) sum_{i >= k} dy_i x_{k+1} ... x_i`, the inner products from a cumulative product of an n by n table.
 */
function cumulativeProductGradient(dy: Tensor, x: Tensor): Tensor {
  const [rows, n] = x.shape as [number, number];
  const position = tf.range(0, n);
  const later = tf.less(tf.expandDims(position, 1), tf.expandDims(position, 0));
  const table = tf.where(tf.expandDims(later, 0), tf.reshape(x, [rows, 1, n]), tf.ones([1, 1, 1]));
  const upper = tf.cast(tf.lessEqual(tf.expandDims(position, 1), tf.expandDims(position, 0)), 'float32');
  const products = tf.mul(tf.cumprod(table, 2), upper);
  return tf.mul(tf.cumprod(x, 1, true), tf.sum(tf.mul(products, tf.reshape(dy, [rows, 1, n])), 2));
}

/** An exclusive product is the inclusive one shifted by one place: its gradient is shifted back. */
const shiftBack = (dy: Tensor) =>
  tf.pad(tf.slice(dy, [0, 1], [-1, -1]), [
    [0, 0],
    [0, 1],
  ]);

/**
 * Gradients of `Cumsum` and `Cumprod` along any axis.
 * `Cumprod` is exact when factors are zero and takes memory for n elements squared a row.
 */
export const cumulativeGradients: readonly GradientEntry[] = [
  defineGradient({
    kernel: 'Cumsum',
    replaces: true,
    gradient: (dy, _saved, { axis, exclusive, reverse }: CumulativeAttributes) => ({ x: () => tf.cumsum(dy, axis, exclusive, !reverse) }),
  }),
  defineGradient({
    kernel: 'Cumprod',
    saves: ['x'],
    gradient: (dy, { x }, { axis, exclusive, reverse }: CumulativeAttributes) => ({
      x: () =>
        alongLastAxis(axis, [dy, x], (...rows) => {
          const [dyRows, xRows] = (reverse ? rows.map((row) => tf.reverse(row, 1)) : rows) as [Tensor, Tensor];
          const gradient = cumulativeProductGradient(exclusive ? shiftBack(dyRows) : dyRows, xRows);
          return reverse ? tf.reverse(gradient, 1) : gradient;
        }),
    }),
  }),
];
