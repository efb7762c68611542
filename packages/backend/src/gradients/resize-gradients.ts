import * as tf from '@tensorflow/tfjs-core';
import { defineGradient, type GradientEntry } from './gradient-entry.ts';
import { runKernel } from './run-kernel.ts';

type Tensor = tf.Tensor;

interface ResizeAttributes {
  readonly size: [number, number];
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** The weights `[from, to]` by which elements of an axis enter the resized axis, one resized element after the other. */
type Weights = (
  from: number,
  to: number,
  attributes: ResizeAttributes,
) => readonly (readonly (readonly [source: number, weight: number])[])[];

const ratio = (from: number, to: number, alignCorners: boolean) => (alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to);

const bilinearWeights: Weights = (from, to, { alignCorners, halfPixelCenters }) =>
  Array.from({ length: to }, (_unused, index) => {
    const scale = ratio(from, to, alignCorners);
    const source = halfPixelCenters ? scale * (index + 0.5) - 0.5 : scale * index;
    const low = Math.max(0, Math.floor(source));
    const fraction = source - low;
    return [
      [low, 1 - fraction],
      [Math.min(from - 1, Math.ceil(source)), fraction],
    ] as const;
  });

const nearestWeights: Weights = (from, to, { alignCorners, halfPixelCenters }) =>
  Array.from({ length: to }, (_unused, index) => {
    const source = ratio(from, to, alignCorners) * (halfPixelCenters ? index + 0.5 : index);
    return [[Math.min(from - 1, alignCorners ? Math.round(source) : Math.floor(source)), 1]] as const;
  });

/** The transposed interpolation as a matrix `[1, from, to]`. */
function transposedMatrix(weights: Weights, from: number, to: number, attributes: ResizeAttributes): Tensor {
  const values = Array<number>(from * to).fill(0);
  for (const [index, terms] of weights(from, to, attributes).entries())
    for (const [source, weight] of terms) values[source * to + index] = (values[source * to + index] ?? 0) + weight;
  return tf.tensor(values, [1, from, to]);
}

/** `dX = R^T dY C` with the interpolation matrices R of the rows and C of the columns. */
function transposedResize(weights: Weights, dy: Tensor, shape: number[], attributes: ResizeAttributes): Tensor {
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const [newHeight, newWidth] = attributes.size;
  const rows = tf.matMul(transposedMatrix(weights, height, newHeight, attributes), tf.reshape(dy, [batch, newHeight, newWidth * channels]));
  const columns = tf.matMul(transposedMatrix(weights, width, newWidth, attributes), tf.reshape(rows, [batch * height, newWidth, channels]));
  return tf.reshape(columns, shape);
}

function bilinearGradient(dy: Tensor, images: Tensor, attributes: ResizeAttributes): Tensor {
  if (attributes.halfPixelCenters) return transposedResize(bilinearWeights, dy, images.shape, attributes);
  // On cpu the kernel names height and width in the wrong order; its values are in the right one.
  return tf.reshape(runKernel('ResizeBilinearGrad', { dy, images }, attributes), images.shape);
}

function nearestGradient(dy: Tensor, shape: number[], attributes: ResizeAttributes): Tensor {
  const factors = [attributes.size[0] / (shape[1] as number), attributes.size[1] / (shape[2] as number)] as [number, number];
  // Enlarging by whole numbers copies each element into a block: sum the blocks.
  if (!attributes.alignCorners && factors.every(Number.isInteger))
    return tf.mul(tf.avgPool(dy as tf.Tensor4D, factors, factors, 'valid'), factors[0] * factors[1]);
  return transposedResize(nearestWeights, dy, shape, attributes);
}

/**
 * Gradients of the image resizings, for any batch, aspect, `alignCorners` and `halfPixelCenters`.
 *
 * TensorFlow.js ignores `halfPixelCenters`; on cpu its bilinear gradient fails unless height equals width,
 * and its nearest-neighbour gradient mixes up the images of a batch.
 */
export const resizeGradients: readonly GradientEntry[] = [
  defineGradient({
    kernel: 'ResizeBilinear',
    saves: ['images'],
    replaces: true,
    gradient: (dy, { images }, attributes: ResizeAttributes) => ({ images: () => bilinearGradient(dy, images, attributes) }),
  }),
  defineGradient({
    kernel: 'ResizeBilinearGrad',
    saves: ['images'],
    gradient: (g, { images }, attributes: ResizeAttributes) => ({
      dy: () => runKernel('ResizeBilinear', { images: tf.reshape(g, images.shape) }, attributes),
      images: () => tf.zeros(images.shape),
    }),
  }),
  defineGradient({
    kernel: 'ResizeNearestNeighbor',
    saves: ['images'],
    replaces: true,
    gradient: (dy, { images }, attributes: ResizeAttributes) => ({ images: () => nearestGradient(dy, images.shape, attributes) }),
  }),
];
