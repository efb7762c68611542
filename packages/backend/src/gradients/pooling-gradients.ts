import * as tf from '@tensorflow/tfjs-core';
import { defineGradient, defineListGradient, type GradientEntry } from './gradient-entry.ts';
import { runKernel, runKernelWithOutputs } from './run-kernel.ts';

type Tensor = tf.Tensor;

interface PoolAttributes {
  readonly filterSize: number | number[];
  readonly strides: number | number[];
  readonly pad: 'valid' | 'same' | number | [number, number][];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil' | null;
}

/** One axis of a pooling window. */
interface PoolAxis {
  readonly input: number;
  readonly output: number;
  readonly window: number;
  readonly stride: number;
  readonly before: number;
}

function poolAxes(shape: number[], { filterSize, strides, pad, dimRoundingMode }: PoolAttributes): PoolAxis[] {
  const rounding = dimRoundingMode ?? undefined;
  if (shape.length === 5) {
    const info = tf.backend_util.computePool3DInfo(
      shape as [number, number, number, number, number],
      filterSize as 1,
      strides as 1,
      1,
      pad as 'valid',
      rounding,
    );
    return [
      { input: info.inDepth, output: info.outDepth, window: info.filterDepth, stride: info.strideDepth, before: info.padInfo.front },
      { input: info.inHeight, output: info.outHeight, window: info.filterHeight, stride: info.strideHeight, before: info.padInfo.top },
      { input: info.inWidth, output: info.outWidth, window: info.filterWidth, stride: info.strideWidth, before: info.padInfo.left },
    ];
  }
  const info = tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize as 1,
    strides as 1,
    1,
    pad as 'valid',
    rounding,
  );
  return [
    { input: info.inHeight, output: info.outHeight, window: info.filterHeight, stride: info.strideHeight, before: info.padInfo.top },
    { input: info.inWidth, output: info.outWidth, window: info.filterWidth, stride: info.strideWidth, before: info.padInfo.left },
  ];
}

/** The part of the window that lies inside the input, for each output position: 1, or less at a padded border. */
function coverage({ input, output, window, stride, before }: PoolAxis): number[] {
  return Array.from({ length: output }, (_unused, index) => {
    const start = index * stride - before;
    return (Math.min(start + window, input) - Math.max(start, 0)) / window;
  });
}

/**
 * Multiplies or divides by the covered part of each window: pooling averages over the covered elements only,
 * its gradient kernel divides by the whole window.
 */
function byCoverage(operation: (tensor: Tensor, factor: Tensor) => Tensor, tensor: Tensor, axes: readonly PoolAxis[]): Tensor {
  return axes.reduce((result, axis, index) => {
    const parts = coverage(axis);
    if (parts.every((part) => part === 1)) return result;
    return operation(
      result,
      tf.tensor(
        parts,
        tf.backend_util.expandShapeToKeepDim(
          [axis.output],
          [...tensor.shape.keys()].filter((other) => other !== index + 1),
        ),
        'float32',
      ),
    );
  }, tensor);
}

/** The attributes of a 2D pooling over two axes, with explicit padding that fits exactly, so that nothing is left to round. */
function exactAttributes(axes: readonly PoolAxis[]): PoolAttributes {
  const pads = axes.map(({ input, output, window, stride, before }): [number, number] => [
    before,
    Math.max(0, (output - 1) * stride + window - input - before),
  ]);
  return { filterSize: axes.map(({ window }) => window), strides: axes.map(({ stride }) => stride), pad: [[0, 0], ...pads, [0, 0]] };
}

/** The attributes of the 2D gradient kernels, which do not round. */
function withoutRounding(shape: number[], attributes: PoolAttributes): PoolAttributes {
  return (attributes.dimRoundingMode ?? null) === null || shape.length !== 4 ? attributes : exactAttributes(poolAxes(shape, attributes));
}

/** An average pooling and its gradient, each the transpose of the other. */
const averageGradients = (forward: string, backward: string): GradientEntry[] => [
  defineGradient({
    kernel: forward,
    saves: ['x'],
    replaces: true,
    gradient: (dy, { x }, attributes: PoolAttributes) => ({
      x: () => {
        const whole = byCoverage(tf.div, dy, poolAxes(x.shape, attributes));
        return runKernel(backward, { dy: whole, input: x }, withoutRounding(x.shape, attributes));
      },
    }),
  }),
  defineGradient({
    kernel: backward,
    saves: ['input'],
    gradient: (g, { input }, attributes: PoolAttributes) => ({
      dy: () => byCoverage(tf.mul, runKernel(forward, { x: g }, { dataFormat: 'NDHWC', ...attributes }), poolAxes(input.shape, attributes)),
      input: () => tf.zeros(input.shape),
    }),
  }),
];

const maximumGradient = (dy: Tensor, input: Tensor, output: Tensor, attributes: PoolAttributes) =>
  runKernel('MaxPoolGrad', { dy, input, output }, attributes);

/** A maximum over height and width, then over depth: both in two dimensions. */
function maximum3DGradient(dy: Tensor, x: Tensor, attributes: PoolAttributes): Tensor {
  const [depth, height, width] = poolAxes(x.shape, attributes) as [PoolAxis, PoolAxis, PoolAxis];
  const [batch, , , , channels] = x.shape as [number, number, number, number, number];
  const area = height.output * width.output;
  const overPlanes = exactAttributes([height, width]);
  const overDepth = exactAttributes([depth, { input: area, output: area, window: 1, stride: 1, before: 0 }]);
  const planes = tf.reshape(x, [batch * depth.input, height.input, width.input, channels]);
  const planeMaxima = runKernel('MaxPool', { x: planes }, overPlanes);
  const columns = tf.reshape(planeMaxima, [batch, depth.input, area, channels]);
  const maxima = runKernel('MaxPool', { x: columns }, overDepth);
  const toColumns = maximumGradient(tf.reshape(dy, maxima.shape), columns, maxima, overDepth);
  return tf.reshape(maximumGradient(tf.reshape(toColumns, planeMaxima.shape), planes, planeMaxima, overPlanes), x.shape);
}

/** The elements of `values` that stand where each window of `input` has its maximum. */
function atMaxima(values: Tensor, input: Tensor, output: Tensor, attributes: PoolAttributes): Tensor {
  const { filterSize, strides, pad } = withoutRounding(input.shape, attributes);
  const [, positions] = runKernelWithOutputs('MaxPoolWithArgmax', { x: input }, { filterSize, strides, pad, includeBatchInIndex: true });
  return tf.reshape(tf.gather(tf.reshape(values, [-1]), tf.reshape(positions as Tensor, [-1])), output.shape);
}

/**
 * Gradients of the poolings, and of their gradient kernels where those are linear in `dy`.
 *
 * A maximum that occurs several times in a window sends its gradient to the first. Where TensorFlow.js differs: `AvgPool` and
 * `AvgPool3D` divide by the whole window at padded borders, 2D poolings drop `dimRoundingMode`, and on cpu `MaxPool3D` mixes up
 * the elements of windows whose height is not their width.
 */
export const poolingGradients: readonly GradientEntry[] = [
  ...averageGradients('AvgPool', 'AvgPoolGrad'),
  ...averageGradients('AvgPool3D', 'AvgPool3DGrad'),
  defineGradient({
    kernel: 'MaxPool',
    saves: ['x'],
    savesOutput: true,
    replaces: true,
    gradient: (dy, { x, y }, attributes: PoolAttributes) => ({ x: () => maximumGradient(dy, x, y, attributes) }),
  }),
  defineGradient({
    kernel: 'MaxPool3D',
    saves: ['x'],
    replaces: true,
    gradient: (dy, { x }, attributes: PoolAttributes) => ({ x: () => maximum3DGradient(dy, x, attributes) }),
  }),
  defineGradient({
    kernel: 'MaxPoolGrad',
    saves: ['input', 'output'],
    gradient: (g, { input, output }, attributes: PoolAttributes) => ({
      dy: () => atMaxima(g, input, output, attributes),
      input: () => tf.zeros(input.shape),
      output: () => tf.zeros(output.shape),
    }),
  }),
  defineListGradient({
    kernel: 'MaxPoolWithArgmax',
    saves: ['x'],
    savesOutputs: [true, false],
    gradient: ([dy], [x, y], { filterSize, strides, pad }: PoolAttributes) => ({
      x: () => maximumGradient(dy as Tensor, x as Tensor, y as Tensor, { filterSize, strides, pad }),
    }),
  }),
];
