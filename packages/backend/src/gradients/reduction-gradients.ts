import * as tf from '@tensorflow/tfjs-core';
import { defineGradient, type GradientEntry } from './gradient-entry.ts';

type Tensor = tf.Tensor;

interface ReductionAttributes {
  readonly axis?: number | number[] | null;
  readonly reductionIndices?: number | number[] | null;
}

/** The reduced axes, none negative, ascending; all of them when the attribute is absent. */
function reducedAxes({ axis, reductionIndices }: ReductionAttributes, shape: number[]): number[] {
  return tf.util.parseAxisParam((axis ?? reductionIndices ?? null) as number[], shape).sort((a, b) => a - b);
}

/** A reduced tensor with the reduced axes back as size 1, so that it broadcasts over the input. */
const expand = (reduced: Tensor, axes: number[], shape: number[]) =>
  tf.reshape(reduced, tf.backend_util.expandShapeToKeepDim(dropAxes(shape, axes), axes));

const dropAxes = (shape: number[], axes: number[]) => shape.filter((_size, axis) => !axes.includes(axis));

const sizeOf = (shape: number[], axes: number[]) => axes.reduce((size, axis) => size * (shape[axis] ?? 1), 1);

/** Every extreme element gets the whole gradient when several are equal. */
const extremeGradient = (kernel: string, replaces: boolean) =>
  defineGradient({
    kernel,
    saves: ['x'],
    savesOutput: true,
    replaces,
    gradient: (dy, { x, y }, attributes: ReductionAttributes) => ({
      x: () => {
        const axes = reducedAxes(attributes, x.shape);
        return tf.mul(expand(dy, axes, x.shape), tf.cast(tf.equal(x, expand(y, axes, x.shape)), 'float32'));
      },
    }),
  });

/** The product of all other elements along the last axis: no division, so zeros are exact. */
const productOfOthers = (rows: Tensor) => tf.mul(tf.cumprod(rows, 1, true, false), tf.cumprod(rows, 1, true, true));

/** The gradient of a product over any axes: bring them to the end, treat them as one. */
function productGradient(dy: Tensor, x: Tensor, axes: number[]): Tensor {
  const kept = x.shape.map((_size, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const moved = tf.transpose(x, order);
  const rows = tf.reshape(moved, [-1, sizeOf(x.shape, axes)]);
  const gradient = tf.mul(tf.reshape(dy, [-1, 1]), productOfOthers(rows));
  return tf.transpose(tf.reshape(gradient, moved.shape), tf.backend_util.getUndoAxesPermutation(order));
}

/** Gradients of the reductions: `Sum`, `Mean`, `Prod`, `Max` and `Min`. A product's gradient is exact when factors are zero. */
export const reductionGradients: readonly GradientEntry[] = [
  defineGradient({
    kernel: 'Sum',
    saves: ['x'],
    gradient: (dy, { x }, attributes: ReductionAttributes) => ({
      x: () => tf.broadcastTo(expand(dy, reducedAxes(attributes, x.shape), x.shape), x.shape),
    }),
  }),
  defineGradient({
    kernel: 'Mean',
    saves: ['x'],
    gradient: (dy, { x }, attributes: ReductionAttributes) => ({
      x: () => {
        const axes = reducedAxes(attributes, x.shape);
        return tf.broadcastTo(tf.div(expand(dy, axes, x.shape), sizeOf(x.shape, axes)), x.shape);
      },
    }),
  }),
  extremeGradient('Max', false),
  extremeGradient('Min', false),
  defineGradient({
    kernel: 'Prod',
    saves: ['x'],
    replaces: true,
    gradient: (dy, { x }, attributes: ReductionAttributes) => ({ x: () => productGradient(dy, x, reducedAxes(attributes, x.shape)) }),
  }),
];
