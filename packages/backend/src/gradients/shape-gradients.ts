import * as tf from '@tensorflow/tfjs-core';
import { defineGradient, type GradientEntry } from './gradient-entry.ts';

type Tensor = tf.Tensor;

/** Sums the copies that `Tile` made, one axis at a time, so that no tensor has more than three axes. */
function sumTiles(dy: Tensor, shape: readonly number[], reps: readonly number[]): Tensor {
  const sums = reps.reduce((tensor, rep, axis) => {
    if (rep === 1) return tensor;
    const outer = shape.slice(0, axis).reduce((product, size) => product * size, 1);
    return tf.sum(tf.reshape(tensor, [outer, rep, -1]), 1);
  }, dy);
  return tf.reshape(sums, [...shape]);
}

/** Undoes `DepthToSpace`: the blocks of height and width go back to the channels. */
function spaceToDepth(dy: Tensor, blockSize: number, dataFormat: string): Tensor {
  if (dataFormat === 'NCHW') return tf.transpose(spaceToDepth(tf.transpose(dy, [0, 2, 3, 1]), blockSize, 'NHWC'), [0, 3, 1, 2]);
  const [batch, height, width, channels] = dy.shape as [number, number, number, number];
  const [rows, columns] = [height / blockSize, width / blockSize];
  const blocks = tf.reshape(dy, [batch, rows, blockSize, columns, blockSize, channels]);
  return tf.reshape(tf.transpose(blocks, [0, 1, 3, 2, 4, 5]), [batch, rows, columns, blockSize * blockSize * channels]);
}

/** Gradients of the kernels that only move elements or their axes. `Tile` works for any rank (TensorFlow.js: up to 4). */
export const shapeGradients: readonly GradientEntry[] = [
  defineGradient({ kernel: 'Identity', replaces: true, gradient: (dy) => ({ x: () => dy }) }),
  defineGradient({ kernel: 'Cast', gradient: (dy) => ({ x: () => dy }) }),
  defineGradient({ kernel: 'Reshape', saves: ['x'], gradient: (dy, { x }) => ({ x: () => tf.reshape(dy, x.shape) }) }),
  defineGradient({ kernel: 'ExpandDims', saves: ['input'], gradient: (dy, { input }) => ({ input: () => tf.reshape(dy, input.shape) }) }),
  defineGradient({
    kernel: 'Transpose',
    gradient: (dy, _saved, { perm }: { perm: number[] }) => ({ x: () => tf.transpose(dy, tf.backend_util.getUndoAxesPermutation(perm)) }),
  }),
  defineGradient({
    kernel: 'Reverse',
    gradient: (dy, _saved, { dims }: { dims: number | number[] }) => ({ x: () => tf.reverse(dy, tf.util.parseAxisParam(dims, dy.shape)) }),
  }),
  defineGradient({ kernel: 'FlipLeftRight', gradient: (dy) => ({ image: () => tf.reverse(dy, 2) }) }),
  defineGradient({
    kernel: 'Tile',
    saves: ['x'],
    replaces: true,
    gradient: (dy, { x }, { reps }: { reps: number[] }) => ({ x: () => sumTiles(dy, x.shape, reps) }),
  }),
  defineGradient({
    kernel: 'BroadcastTo',
    saves: ['x'],
    replaces: true,
    gradient: (dy, { x }) => ({ x: () => tf.reshape(tf.sum(dy, tf.broadcast_util.getReductionAxes(x.shape, dy.shape)), x.shape) }),
  }),
  defineGradient({
    kernel: 'SpaceToBatchND',
    gradient: (dy, _saved, { blockShape, paddings }: { blockShape: number[]; paddings: number[][] }) => ({
      x: () => tf.batchToSpaceND(dy, blockShape, paddings),
    }),
  }),
  defineGradient({
    kernel: 'BatchToSpaceND',
    gradient: (dy, _saved, { blockShape, crops }: { blockShape: number[]; crops: number[][] }) => ({
      x: () => tf.spaceToBatchND(dy, blockShape, crops),
    }),
  }),
  defineGradient({
    kernel: 'DepthToSpace',
    gradient: (dy, _saved, { blockSize, dataFormat }: { blockSize: number; dataFormat: string }) => ({
      x: () => spaceToDepth(dy, blockSize, dataFormat),
    }),
  }),
  // Diag writes x onto the diagonal of a square: read it back.
  defineGradient({
    kernel: 'Diag',
    saves: ['x'],
    gradient: (dy, { x }) => ({
      x: () => tf.reshape(tf.sum(tf.mul(tf.reshape(dy, [x.size, x.size]), tf.eye(x.size)), 1), x.shape),
    }),
  }),
];
