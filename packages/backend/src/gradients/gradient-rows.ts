import * as tf from '@tensorflow/tfjs-core';
import { runKernel, runKernelWithOutputs } from './run-kernel.ts';
import { SOFTMAX_GRADIENT, softmaxGradient } from './softmax-gradient.ts';

type Tensor = tf.Tensor;

/** An input of a row: its shape and the open interval its values fill evenly, none twice. */
export interface RowInput {
  readonly shape: readonly number[];
  readonly low: number;
  readonly high: number;
}

/** One differentiable function and where to differentiate it. */
export interface GradientRow {
  readonly name: string;
  /** The kernels whose gradients the backward pass of this row calls. */
  readonly kernels: readonly string[];
  readonly inputs: readonly RowInput[];
  readonly apply: (...inputs: Tensor[]) => Tensor;
  /** Why the gradient is not differentiated again, where it is not. */
  readonly once?: string;
}

/** Numbers in `(low, high)`, exact in float32, the same everywhere; `seed` shifts them. */
export function rowValues({ shape, low, high }: RowInput, seed: number): number[] {
  const size = shape.reduce((product, length) => product * length, 1);
  return Array.from({ length: size }, (_unused, index) => {
    const step = 0.31 + (index + 1 + 1000 * seed) * 0.618033988749895;
    return Math.fround(low + (high - low) * (step - Math.floor(step)));
  });
}

/** The inputs of a row as tensors of the current backend. */
export const rowTensors = (row: GradientRow): Tensor[] =>
  row.inputs.map((input, index) => tf.tensor(rowValues(input, index), [...input.shape], 'float32'));

/** A fixed weighting of a row's output, the gradient to propagate back. */
export const rowCotangent = (shape: readonly number[]): Tensor =>
  tf.tensor(rowValues({ shape, low: -1.5, high: 1 }, 77), [...shape], 'float32');

/** The gradients of a row's inputs, one list of numbers each, in the precision of the current backend. */
export function rowGradients(row: GradientRow): number[][] {
  return tf.tidy(() => {
    const inputs = rowTensors(row);
    return tf
      .grads(row.apply)(inputs, rowCotangent(row.apply(...inputs).shape))
      .map((gradient) => Array.from(gradient.dataSync()));
  });
}

const values = (shape: readonly number[], low = -1, high = 1): RowInput => ({ shape, low, high });
const ints = (numbers: number[], shape?: number[]) => tf.tensor(numbers, shape ?? [numbers.length], 'int32');

const unary = (kernel: string, apply: (x: Tensor) => Tensor, low = -2, high = 2): GradientRow => ({
  name: kernel,
  kernels: [kernel],
  inputs: [values([2, 3], low, high)],
  apply,
});

const UNARY_ROWS: readonly GradientRow[] = [
  unary('Abs', tf.abs),
  unary('Acos', tf.acos, -0.9, 0.9),
  unary('Acosh', tf.acosh, 1.2, 4),
  unary('Asin', tf.asin, -0.9, 0.9),
  unary('Asinh', tf.asinh),
  unary('Atan', tf.atan),
  unary('Atanh', tf.atanh, -0.9, 0.9),
  unary('Cos', tf.cos),
  unary('Cosh', tf.cosh),
  unary('Elu', tf.elu),
  // The kernel is a polynomial with an error of 1.5e-7 (Abramowitz and Stegun 7.1.26), the gradient that of the true function.
  unary('Erf', tf.erf),
  unary('Exp', tf.exp),
  unary('Expm1', tf.expm1),
  unary('LeakyRelu', (x) => tf.leakyRelu(x, 0.3)),
  unary('Log', tf.log, 0.2, 4),
  unary('Log1p', tf.log1p, -0.7, 4),
  unary('Neg', tf.neg),
  unary('Reciprocal', tf.reciprocal, 0.3, 2),
  unary('Relu', tf.relu),
  unary('Relu6', tf.relu6, -3, 9),
  unary('Rsqrt', tf.rsqrt, 0.3, 4),
  unary('Selu', tf.selu),
  unary('Sigmoid', tf.sigmoid, -5, 5),
  unary('Sin', tf.sin),
  unary('Sinh', tf.sinh),
  unary('Softplus', tf.softplus, -5, 5),
  unary('Sqrt', tf.sqrt, 0.2, 4),
  unary('Square', tf.square),
  unary('Tan', tf.tan, -1.2, 1.2),
  unary('Tanh', tf.tanh),
  unary('ClipByValue', (x) => tf.clipByValue(x, -0.7, 0.9)),
  unary('Identity', tf.clone),
  unary('Cast', (x) => runKernel('Cast', { x }, { dtype: 'float32' })),
  {
    name: 'EluGrad',
    kernels: ['EluGrad'],
    inputs: [values([7]), values([7], -0.9, 2)],
    apply: (dy, y) => runKernel('EluGrad', { dy, y }),
  },
];

/** A function that is flat almost everywhere, added to one that is not so that the loss depends on the input. */
const flat = (kernel: string, apply: (x: Tensor) => Tensor): GradientRow => ({
  name: `${kernel} is flat`,
  kernels: [kernel],
  inputs: [values([2, 3], -2, 2)],
  apply: (x) => tf.add(tf.sin(x), tf.cast(apply(x), 'float32')),
});

const flatPair = (kernel: string, apply: (a: Tensor, b: Tensor) => Tensor): GradientRow => ({
  name: `${kernel} is flat, broadcast`,
  kernels: [kernel],
  inputs: [values([2, 3], -2, 2), values([3], -2, 2)],
  apply: (a, b) => tf.add(tf.mul(a, b), tf.cast(apply(a, b), 'float32')),
});

const positive = (x: Tensor) => tf.greater(x, 0);

const FLAT_ROWS: readonly GradientRow[] = [
  flat('Ceil', tf.ceil),
  flat('Floor', tf.floor),
  flat('IsFinite', tf.isFinite),
  flat('IsInf', tf.isInf),
  flat('IsNan', tf.isNaN),
  flat('LogicalNot', (x) => tf.logicalNot(positive(x))),
  flat('OnesLike', tf.onesLike),
  flat('Round', tf.round),
  flat('Sign', tf.sign),
  flat('Step', (x) => tf.step(x, 0.5)),
  flat('ZerosLike', tf.zerosLike),
  flat('All', (x) => tf.all(positive(x), 1, true)),
  flat('Any', (x) => tf.any(positive(x), 1, true)),
  flat('ArgMax', (x) => tf.argMax(x, 0)),
  flat('ArgMin', (x) => tf.argMin(x, 0)),
  flat('OneHot', (x) => tf.sum(tf.oneHot(tf.cast(tf.argMax(x, 1), 'int32'), 3), 0)),
  flatPair('Equal', tf.equal),
  flatPair('FloorDiv', tf.floorDiv),
  flatPair('Greater', tf.greater),
  flatPair('GreaterEqual', tf.greaterEqual),
  flatPair('Less', tf.less),
  flatPair('LessEqual', tf.lessEqual),
  flatPair('LogicalAnd', (a, b) => tf.logicalAnd(positive(a), positive(b))),
  flatPair('LogicalOr', (a, b) => tf.logicalOr(positive(a), positive(b))),
  flatPair('NotEqual', tf.notEqual),
];

/** Every binary kernel with equal shapes, with either side broadcast, and with both. */
const binary = (
  kernel: string,
  apply: (a: Tensor, b: Tensor) => Tensor,
  a: readonly [number, number],
  b: readonly [number, number],
): GradientRow[] =>
  [
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3]],
    [[1], [2, 3]],
    [
      [2, 1, 3],
      [4, 1],
    ],
    [[], [3]],
  ].map(([shapeA = [], shapeB = []]) => ({
    name: `${kernel} [${shapeA.join()}] [${shapeB.join()}]`,
    kernels: [kernel],
    inputs: [values(shapeA, ...a), values(shapeB, ...b)],
    apply,
  }));

const BINARY_ROWS: readonly GradientRow[] = [
  ...binary('Add', tf.add, [-2, 2], [-2, 2]),
  ...binary('Sub', tf.sub, [-2, 2], [-2, 2]),
  ...binary('Multiply', tf.mul, [-2, 2], [-2, 2]),
  ...binary('RealDiv', tf.div, [-2, 2], [0.4, 2]),
  ...binary('Maximum', tf.maximum, [-2, 2], [-2.1, 1.9]),
  ...binary('Minimum', tf.minimum, [-2, 2], [-2.1, 1.9]),
  ...binary('SquaredDifference', tf.squaredDifference, [-2, 2], [-2.1, 1.9]),
  ...binary('Pow', tf.pow, [0.3, 2], [-2, 2]),
  ...binary('Atan2', tf.atan2, [-2, 2], [0.3, 2]),
  ...binary('Mod', tf.mod, [-5, 5], [1.1, 2.3]),
  { name: 'Mod of negative divisors', kernels: ['Mod'], inputs: [values([5], -5, 5), values([5], -2.3, -1.1)], apply: tf.mod },
  {
    name: 'Pow of negative bases to whole powers',
    kernels: ['Pow'],
    inputs: [values([3], -2, -0.5)],
    apply: (x) => tf.pow(x, tf.tensor1d([3, 2, 1])),
  },
  { name: 'divNoNan', kernels: ['RealDiv', 'Equal', 'Select'], inputs: [values([2, 3]), values([3], 0.5, 2)], apply: tf.divNoNan },
  { name: 'Prelu', kernels: ['Prelu'], inputs: [values([2, 2, 3], -2, 2), values([2, 3], 0.1, 0.5)], apply: tf.prelu },
  { name: 'Prelu with one alpha', kernels: ['Prelu'], inputs: [values([2, 3], -2, 2), values([1], 0.1, 0.5)], apply: tf.prelu },
];

const reduction = (kernel: string, apply: (x: Tensor, axis?: number | number[], keepDims?: boolean) => Tensor): GradientRow[] => [
  { name: `${kernel} of all`, kernels: [kernel], inputs: [values([2, 3], -2, 2)], apply: (x) => apply(x) },
  { name: `${kernel} of a vector`, kernels: [kernel], inputs: [values([4], -2, 2)], apply: (x) => apply(x, 0) },
  { name: `${kernel} axis 1 of 3`, kernels: [kernel], inputs: [values([2, 3, 2], -2, 2)], apply: (x) => apply(x, 1) },
  { name: `${kernel} axis -1`, kernels: [kernel], inputs: [values([2, 3], -2, 2)], apply: (x) => apply(x, -1) },
  { name: `${kernel} axes 2, 0 kept`, kernels: [kernel], inputs: [values([2, 3, 2], -2, 2)], apply: (x) => apply(x, [2, 0], true) },
];

const cumulative = (kernel: string, apply: (x: Tensor, axis: number, exclusive: boolean, reverse: boolean) => Tensor): GradientRow[] =>
  [0, 1, 2].flatMap((axis) =>
    [false, true].flatMap((exclusive) =>
      [false, true].map((reverse) => ({
        name: `${kernel} axis ${axis}${exclusive ? ' exclusive' : ''}${reverse ? ' reverse' : ''}`,
        kernels: [kernel],
        inputs: [values([2, 3, 2], -2, 2)],
        apply: (x: Tensor) => apply(x, axis, exclusive, reverse),
      })),
    ),
  );

const REDUCTION_ROWS: readonly GradientRow[] = [
  ...reduction('Sum', tf.sum),
  ...reduction('Mean', tf.mean),
  ...reduction('Prod', tf.prod),
  ...reduction('Max', tf.max),
  ...reduction('Min', tf.min),
  {
    name: 'Prod with zeros',
    kernels: ['Prod'],
    inputs: [values([3, 4], -2, 2)],
    apply: (x) => tf.prod(tf.mul(x, tf.tensor2d([1, 1, 1, 1, 0, 1, 1, 1, 0, 1, 0, 1], [3, 4])), 1),
  },
  ...cumulative('Cumsum', tf.cumsum),
  ...cumulative('Cumprod', tf.cumprod),
  {
    name: 'Cumprod with zeros',
    kernels: ['Cumprod'],
    inputs: [values([2, 4], -2, 2)],
    apply: (x) => tf.cumprod(tf.mul(x, tf.tensor2d([1, 0, 1, 1, 1, 0, 0, 1], [2, 4])), 1),
  },
];

const einsum = (equation: string, ...shapes: number[][]): GradientRow => ({
  name: `Einsum ${equation}`,
  kernels: ['Einsum'],
  inputs: shapes.map((shape) => values(shape)),
  apply: (...inputs) => tf.einsum(equation, ...inputs),
});

const CONTRACTION_ROWS: readonly GradientRow[] = [
  ...[false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => ({
      name: `BatchMatMul${transposeA ? ' A^T' : ''}${transposeB ? ' B^T' : ''}`,
      kernels: ['BatchMatMul'],
      inputs: [values(transposeA ? [2, 4, 3] : [2, 3, 4]), values(transposeB ? [2, 5, 4] : [2, 4, 5])],
      apply: (a: Tensor, b: Tensor) => tf.matMul(a, b, transposeA, transposeB),
    })),
  ),
  {
    name: 'BatchMatMul, one B for the batch',
    kernels: ['BatchMatMul'],
    inputs: [values([2, 3, 4]), values([1, 4, 2])],
    apply: (a, b) => tf.matMul(a, b),
  },
  {
    name: 'BatchMatMul, one A for the batch, A^T',
    kernels: ['BatchMatMul'],
    inputs: [values([1, 4, 3]), values([2, 4, 2])],
    apply: (a, b) => tf.matMul(a, b, true),
  },
  {
    name: 'fused.matMul with bias',
    kernels: [],
    inputs: [values([3, 4]), values([4, 2]), values([2])],
    apply: (a, b, bias) => tf.fused.matMul({ a, b, bias }),
  },
  einsum('ij,jk->ik', [2, 3], [3, 4]),
  einsum('bij,bkj->bik', [2, 2, 3], [2, 4, 3]),
  einsum('ij,ij->', [2, 3], [2, 3]),
  einsum('i,j->ji', [2], [3]),
  einsum('ij->ji', [2, 3]),
  einsum('ij->j', [2, 3]),
  einsum('ijk->', [2, 3, 2]),
  einsum('bhid,bhjd->bhij', [1, 2, 3, 2], [1, 2, 2, 2]),
];

interface ConvolutionCase {
  readonly input?: readonly number[];
  readonly filter?: readonly number[];
  readonly strides?: number | [number, number];
  readonly pad?: 'valid' | 'same' | number | [[number, number], [number, number], [number, number], [number, number]];
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

const CONVOLUTION_CASES: Readonly<Record<string, ConvolutionCase>> = {
  valid: {},
  same: { pad: 'same' },
  'same, strides 2': { input: [2, 5, 4], pad: 'same', strides: 2 },
  'valid, strides 2 and 3': { strides: [2, 3] },
  'explicit padding': {
    pad: [
      [0, 0],
      [2, 1],
      [0, 3],
      [0, 0],
    ],
  },
  'padding 2, strides 2, floor': { pad: 2, strides: 2, dimRoundingMode: 'floor' },
  '1 by 1': { filter: [1, 1], strides: 2 },
  'even filter, same': { filter: [2, 4], pad: 'same' },
  'valid, dilations 2': { dilations: 2 },
  'same, dilations 2 and 3': { input: [2, 4, 5], dilations: [2, 3], pad: 'same' },
  'explicit padding, dilations 2': {
    dilations: 2,
    pad: [
      [0, 0],
      [1, 2],
      [3, 0],
      [0, 0],
    ],
  },
};

const convolutionRows = (
  kind: string,
  kernels: readonly string[],
  channels: readonly number[],
  convolve: (x: Tensor, w: Tensor, c: Required<Omit<ConvolutionCase, 'dimRoundingMode'>> & ConvolutionCase) => Tensor,
) =>
  Object.entries(CONVOLUTION_CASES).map(([name, options]): GradientRow => {
    const all = { input: [1, 6, 5], filter: [3, 2], strides: 1, pad: 'valid', dilations: 1, ...options } as const;
    return {
      name: `${kind} ${name}`,
      kernels,
      inputs: [values([...all.input, channels[0] as number]), values([...all.filter, ...channels])],
      apply: (x, w) => convolve(x, w, all),
    };
  });

const CONVOLUTION_ROWS: readonly GradientRow[] = [
  ...convolutionRows('Conv2D', ['Conv2D'], [2, 3], (x, w, { strides, pad, dilations, dimRoundingMode }) =>
    tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, 'NHWC', dilations, dimRoundingMode),
  ),
  ...convolutionRows('DepthwiseConv2dNative', ['DepthwiseConv2dNative'], [2, 2], (x, w, { strides, pad, dilations, dimRoundingMode }) =>
    tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad as 'valid', 'NHWC', dilations, dimRoundingMode),
  ).filter(({ name }) => !name.includes('strides 2 and 3')),
  {
    name: 'Conv2D NCHW, same',
    kernels: ['Conv2D'],
    inputs: [values([2, 2, 5, 4]), values([3, 3, 2, 2])],
    apply: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same', 'NCHW'),
  },
  {
    name: 'Conv2D NCHW, dilations 2',
    kernels: ['Conv2D'],
    inputs: [values([1, 2, 6, 7]), values([2, 3, 2, 2])],
    apply: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid', 'NCHW', 2),
  },
  {
    name: 'conv1d, dilation 2',
    kernels: ['Conv2D'],
    inputs: [values([2, 9, 2]), values([3, 2, 2])],
    apply: (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 1, 'same', 'NWC', 2),
  },
  {
    name: 'conv2dTranspose, strides 2',
    kernels: ['Conv2DBackpropInput'],
    inputs: [values([2, 3, 2, 3]), values([3, 3, 2, 3])],
    apply: (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [2, 6, 4, 2], 2, 'same'),
  },
  {
    name: 'Conv2DBackpropFilter, strides 2',
    kernels: ['Conv2DBackpropFilter'],
    inputs: [values([2, 5, 4, 2]), values([2, 3, 2, 3])],
    apply: (x, dy) =>
      runKernel('Conv2DBackpropFilter', { x, dy }, { strides: 2, pad: 'same', dataFormat: 'NHWC', filterShape: [3, 2, 2, 3] }),
  },
  {
    name: 'DepthwiseConv2dNativeBackpropInput',
    kernels: ['DepthwiseConv2dNativeBackpropInput'],
    inputs: [values([1, 3, 2, 4]), values([3, 2, 2, 2])],
    apply: (dy, filter) =>
      runKernel(
        'DepthwiseConv2dNativeBackpropInput',
        { dy, filter },
        { strides: [2, 2], dilations: [1, 1], pad: 'same', inputShape: [1, 5, 4, 2] },
      ),
  },
  {
    name: 'DepthwiseConv2dNativeBackpropFilter',
    kernels: ['DepthwiseConv2dNativeBackpropFilter'],
    inputs: [values([1, 5, 4, 2]), values([1, 3, 2, 4])],
    apply: (x, dy) =>
      runKernel(
        'DepthwiseConv2dNativeBackpropFilter',
        { x, dy },
        { strides: [2, 2], dilations: [1, 1], pad: 'same', filterShape: [3, 2, 2, 2] },
      ),
  },
  {
    name: 'separableConv2d',
    kernels: ['Conv2D', 'DepthwiseConv2dNative'],
    inputs: [values([1, 5, 5, 2]), values([3, 3, 2, 2]), values([1, 1, 4, 3])],
    apply: (x, d, p) => tf.separableConv2d(x as tf.Tensor4D, d as tf.Tensor4D, p as tf.Tensor4D, 1, 'same'),
  },
  {
    name: 'fused.conv2d with bias',
    kernels: [],
    inputs: [values([1, 4, 4, 2]), values([2, 2, 2, 2]), values([2])],
    apply: (x, filter, bias) => tf.fused.conv2d({ x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, strides: 1, pad: 'same', bias }),
  },
  ...Object.entries({
    'valid, strides 1': [1, 'valid', 1],
    'same, strides 2': [2, 'same', 1],
    'same, dilations 2': [1, 'same', 2],
  } as const).map(([name, [strides, pad, dilations]]): GradientRow => ({
    name: `Conv3D ${name}`,
    kernels: ['Conv3D'],
    inputs: [values([1, 4, 5, 4, 2]), values([2, 3, 2, 2, 2])],
    apply: (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, strides, pad, 'NDHWC', [dilations, dilations, dilations]),
  })),
  {
    name: 'conv3dTranspose, strides 2',
    kernels: ['Conv3DBackpropInputV2'],
    inputs: [values([1, 2, 2, 2, 2]), values([2, 2, 3, 1, 2])],
    apply: (x, w) => tf.conv3dTranspose(x as tf.Tensor5D, w as tf.Tensor5D, [1, 4, 4, 4, 1], 2, 'same'),
  },
  {
    name: 'Conv3DBackpropFilterV2, strides 2',
    kernels: ['Conv3DBackpropFilterV2'],
    inputs: [values([1, 4, 4, 3, 1]), values([1, 2, 2, 2, 2])],
    apply: (x, dy) => runKernel('Conv3DBackpropFilterV2', { x, dy }, { strides: [2, 2, 2], pad: 'same', filterShape: [2, 2, 2, 1, 2] }),
  },
  {
    name: 'Dilation2D',
    kernels: ['Dilation2D'],
    inputs: [values([1, 6, 5, 2]), values([2, 3, 2], -0.3, 0.3)],
    apply: (x, filter) => tf.dilation2d(x as tf.Tensor4D, filter as tf.Tensor3D, 1, 'same', 1),
    once: 'its gradient kernels have no gradient: a morphological layer is never differentiated twice',
  },
  {
    name: 'Dilation2D, strides 2',
    kernels: ['Dilation2D'],
    inputs: [values([2, 6, 5, 1]), values([2, 2, 1], -0.3, 0.3)],
    apply: (x, filter) => tf.dilation2d(x as tf.Tensor4D, filter as tf.Tensor3D, 2, 'valid', 1),
    once: 'as above',
  },
];

type Pool = (
  x: tf.Tensor4D,
  filterSize: [number, number],
  strides: [number, number],
  pad: 'valid' | 'same' | number,
  rounding?: 'floor' | 'round' | 'ceil',
) => tf.Tensor4D;

const poolRows = (kernel: string, pool: Pool): GradientRow[] =>
  Object.entries({
    'valid 2 by 2': [[2, 2], [2, 2], 'valid', undefined],
    'same 3 by 2, strides 1': [[3, 2], [1, 1], 'same', undefined],
    'same 3 by 3, strides 2': [[3, 3], [2, 2], 'same', undefined],
    'valid, overlapping': [[3, 2], [2, 1], 'valid', undefined],
    'padding 1, floor': [[3, 3], [2, 2], 1, 'floor'],
    'padding 1, ceil': [[3, 3], [2, 2], 1, 'ceil'],
  } as const).map(([name, [filterSize, strides, pad, rounding]]) => ({
    name: `${kernel} ${name}`,
    kernels: [kernel],
    inputs: [values([2, 6, 5, 2])],
    apply: (x) => pool(x as tf.Tensor4D, [...filterSize], [...strides], pad, rounding),
  }));

const POOLING_ROWS: readonly GradientRow[] = [
  ...poolRows('AvgPool', tf.avgPool),
  ...poolRows('MaxPool', tf.maxPool),
  ...(['valid', 'same'] as const).map((pad): GradientRow => ({
    name: `AvgPool3D ${pad}`,
    kernels: ['AvgPool3D'],
    inputs: [values([1, 4, 5, 3, 2])],
    apply: (x) => tf.avgPool3d(x as tf.Tensor5D, [2, 3, 2], 2, pad),
  })),
  ...(['valid', 'same'] as const).map((pad): GradientRow => ({
    name: `MaxPool3D ${pad}`,
    kernels: ['MaxPool3D'],
    inputs: [values([1, 4, 5, 3, 2])],
    apply: (x) => tf.maxPool3d(x as tf.Tensor5D, [2, 3, 2], 2, pad),
  })),
  {
    name: 'AvgPoolGrad',
    kernels: ['AvgPoolGrad'],
    inputs: [values([1, 3, 3, 2])],
    apply: (dy) => runKernel('AvgPoolGrad', { dy, input: tf.zeros([1, 5, 6, 2]) }, { filterSize: [3, 2], strides: [2, 2], pad: 'same' }),
  },
  {
    name: 'AvgPool3DGrad',
    kernels: ['AvgPool3DGrad'],
    inputs: [values([1, 2, 3, 2, 2])],
    apply: (dy) =>
      runKernel('AvgPool3DGrad', { dy, input: tf.zeros([1, 4, 5, 3, 2]) }, { filterSize: [2, 3, 2], strides: [2, 2, 2], pad: 'same' }),
  },
  {
    name: 'MaxPoolGrad',
    kernels: ['MaxPoolGrad'],
    inputs: [values([1, 2, 3, 2]), values([1, 4, 6, 2])],
    apply: (dy, input) =>
      runKernel(
        'MaxPoolGrad',
        { dy, input, output: tf.maxPool(input as tf.Tensor4D, 2, 2, 'valid') },
        { filterSize: [2, 2], strides: [2, 2], pad: 'valid' },
      ),
  },
  {
    name: 'MaxPoolWithArgmax',
    kernels: ['MaxPoolWithArgmax'],
    inputs: [values([1, 4, 6, 2])],
    apply: (x) =>
      runKernelWithOutputs(
        'MaxPoolWithArgmax',
        { x },
        { filterSize: [2, 2], strides: [2, 2], pad: 'valid', includeBatchInIndex: false },
      )[0] as Tensor,
  },
];

const move = (kernel: string, name: string, shape: readonly number[], apply: (x: Tensor) => Tensor, once?: string): GradientRow => ({
  name: `${kernel} ${name}`,
  kernels: [kernel],
  inputs: [values(shape)],
  // The square makes the second derivative differ from zero.
  apply: (x) => apply(tf.square(x)),
  ...(once === undefined ? {} : { once }),
});

const SHAPE_ROWS: readonly GradientRow[] = [
  move('Reshape', '2D', [2, 3], (x) => tf.reshape(x, [3, 2])),
  move('ExpandDims', 'in the middle', [2, 3], (x) => tf.expandDims(x, 1)),
  move('Transpose', '3D', [2, 3, 4], (x) => tf.transpose(x, [2, 0, 1])),
  move('Reverse', 'two axes', [2, 3, 2], (x) => tf.reverse(x, [0, -1])),
  move('FlipLeftRight', '4D', [1, 2, 3, 2], (x) => tf.image.flipLeftRight(x as tf.Tensor4D)),
  move('Tile', '1D', [3], (x) => tf.tile(x, [3])),
  move('Tile', '3D', [2, 1, 3], (x) => tf.tile(x, [2, 3, 1])),
  move('Tile', '5D', [1, 2, 1, 2, 1], (x) => tf.tile(x, [2, 2, 1, 1, 3])),
  move('Tile', 'by broadcastTo', [3, 1], (x) => tf.broadcastTo(x, [2, 3, 4])),
  move('SpaceToBatchND', 'padded', [1, 4, 3, 2], (x) =>
    tf.spaceToBatchND(
      x,
      [2, 2],
      [
        [1, 1],
        [0, 1],
      ],
    ),
  ),
  move('BatchToSpaceND', 'cropped', [4, 2, 2, 1], (x) =>
    tf.batchToSpaceND(
      x,
      [2, 2],
      [
        [0, 1],
        [1, 0],
      ],
    ),
  ),
  move('DepthToSpace', 'NHWC', [1, 2, 3, 8], (x) => tf.depthToSpace(x as tf.Tensor4D, 2)),
  move('Diag', '1D', [4], (x) => tf.diag(x)),
  move('Slice', '3D', [3, 4, 2], (x) => tf.slice(x, [1, 0, 1], [2, -1, 1])),
  move('StridedSlice', 'steps 2 and 3', [5, 7], (x) => tf.stridedSlice(x, [1, 0], [5, 7], [2, 3])),
  move('StridedSlice', 'backwards', [5, 4], (x) => tf.stridedSlice(x, [4, 3], [0, 0], [-2, -1])),
  move('StridedSlice', 'masks', [3, 4, 2], (x) => tf.stridedSlice(x, [0, 1, 0], [0, 3, 1], [1, 1, 1], 1, 1, 0, 0, 4)),
  move('StridedSlice', 'ellipsis and new axis', [3, 4, 2], (x) => tf.stridedSlice(x, [0, 0, 1], [0, 0, 2], [1, 1, 1], 0, 0, 1, 2, 0)),
  move('PadV2', '2D', [2, 3], (x) =>
    tf.pad(
      x,
      [
        [1, 0],
        [2, 1],
      ],
      3,
    ),
  ),
  move('MirrorPad', 'reflect', [4, 3], (x) =>
    tf.mirrorPad(
      x,
      [
        [3, 2],
        [1, 2],
      ],
      'reflect',
    ),
  ),
  move('MirrorPad', 'symmetric', [4, 3], (x) =>
    tf.mirrorPad(
      x,
      [
        [4, 1],
        [0, 3],
      ],
      'symmetric',
    ),
  ),
  {
    name: 'AddN',
    kernels: ['AddN'],
    inputs: [values([3]), values([3]), values([3])],
    apply: (a, b, c) => tf.addN([a, tf.square(b), c, a]),
  },
  {
    name: 'Concat axis -1',
    kernels: ['Concat'],
    inputs: [values([2, 3]), values([2, 1])],
    apply: (a, b) => tf.concat([a, tf.square(b)], -1),
  },
  { name: 'Pack axis 1', kernels: ['Pack'], inputs: [values([2, 3]), values([2, 3])], apply: (a, b) => tf.stack([a, tf.square(b)], 1) },
  move('SplitV', 'one part used', [2, 5], (x) => tf.split(x, [2, 3], 1)[1] as Tensor),
  move('SplitV', 'into one', [2, 3], (x) => tf.split(x, 1, 1)[0] as Tensor),
  move('SplitV', 'all parts', [4, 2], (x) => {
    const [a, b] = tf.split(x, 2) as [Tensor, Tensor];
    return tf.mul(a, b);
  }),
  move('Unpack', 'axis 1', [2, 3], (x) => {
    const [a, , c] = tf.unstack(x, 1) as [Tensor, Tensor, Tensor];
    return tf.mul(a, c);
  }),
  move('Unpack', 'of one', [1, 3], (x) => tf.unstack(x)[0] as Tensor),
  {
    name: 'BroadcastTo',
    kernels: ['BroadcastTo'],
    inputs: [values([2, 1])],
    apply: (x) =>
      tf.getKernel('BroadcastTo', tf.getBackend())
        ? runKernel('BroadcastTo', { x }, { shape: [2, 3], inputShape: [2, 1] })
        : tf.broadcastTo(x, [2, 3]),
  },
];

const gather = (name: string, shape: number[], indices: () => Tensor, axis: number, batchDims = 0): GradientRow =>
  move('GatherV2', name, shape, (x) => tf.gather(x, indices() as tf.Tensor1D, axis, batchDims));

const INDEX_ROWS: readonly GradientRow[] = [
  gather('repeated rows', [4, 3], () => ints([1, 3, 1, 1]), 0),
  gather('axis 1, matrix of indices', [2, 4, 2], () => ints([1, 3, 0, 0], [2, 2]), 1),
  gather('axis -1', [2, 3], () => ints([2, 0, 2]), -1),
  gather('1 batch axis', [2, 4, 3], () => ints([1, 3, 0, 0, 2, 2], [2, 3]), 1, 1),
  gather('1 batch axis, axis 2', [2, 3, 4], () => ints([1, 3, 0, 0], [2, 2]), 2, 1),
  gather('2 batch axes', [2, 2, 3], () => ints([1, 0, 2, 2, 1, 1, 0, 2], [2, 2, 2]), 2, 2),
  {
    name: 'GatherV2 by positions of a maximum',
    kernels: ['GatherV2', 'ArgMax'],
    inputs: [values([3, 4])],
    apply: (x) => tf.gather(tf.square(x), tf.cast(tf.argMax(x, 1), 'int32') as tf.Tensor1D, 1),
  },
  move('GatherNd', 'elements', [3, 4], (x) => tf.gatherND(x, ints([0, 1, 2, 3, 0, 1], [3, 2]))),
  move('GatherNd', 'rows', [3, 4], (x) => tf.gatherND(x, ints([2, 0], [2, 1]))),
  move('TopK', 'sorted', [2, 5], (x) => tf.topk(x, 3).values),
  // In any order.
  move('TopK', '3D', [2, 2, 4], (x) => tf.sum(tf.topk(x, 2, false).values, -1)),
  move('ScatterNd', 'repeated rows', [3, 2], (x) => tf.scatterND(ints([1, 3, 1], [3, 1]), x, [4, 2])),
  {
    name: 'TensorScatterUpdate',
    kernels: ['TensorScatterUpdate'],
    inputs: [values([4, 2]), values([2, 2])],
    apply: (tensor, updates) => tf.tensorScatterUpdate(tf.square(tensor), ints([3, 0], [2, 1]), tf.square(updates)),
  },
  {
    name: 'SparseToDense',
    kernels: ['SparseToDense'],
    inputs: [values([2]), values([])],
    apply: (sparse, rest) => tf.sparseToDense(ints([0, 2, 1, 1], [2, 2]), tf.square(sparse), [3, 3], rest as tf.Scalar),
  },
  {
    name: 'SparseToDense of a vector',
    kernels: ['SparseToDense'],
    inputs: [values([2]), values([])],
    apply: (sparse, rest) => tf.sparseToDense(ints([1, 4]), tf.square(sparse), [5], rest as tf.Scalar),
  },
  move('UnsortedSegmentSum', 'dropped and repeated rows', [5, 2], (x) =>
    tf.unsortedSegmentSum(x, ints([2, 0, 2, -1, 7]) as tf.Tensor1D, 4),
  ),
  move('SparseSegmentSum', 'repeated rows', [4, 2], (x) =>
    tf.sparse.sparseSegmentSum(x, ints([0, 3, 0, 1]) as tf.Tensor1D, ints([0, 0, 2, 2]) as tf.Tensor1D),
  ),
  move('SparseSegmentMean', 'repeated rows', [4, 2], (x) =>
    tf.sparse.sparseSegmentMean(x, ints([0, 3, 0, 1]) as tf.Tensor1D, ints([0, 0, 0, 2]) as tf.Tensor1D),
  ),
  {
    name: 'Select by a constant',
    kernels: ['Select'],
    inputs: [values([2, 3]), values([2, 3])],
    apply: (a, b) => tf.where(tf.tensor2d([1, 0, 0, 1, 1, 0], [2, 3], 'bool'), tf.square(a), b),
  },
  {
    name: 'Select by the input, broadcast',
    kernels: ['Select', 'Greater'],
    inputs: [values([2, 3]), values([1])],
    apply: (a, b) => tf.where(tf.greater(a, 0), a, b),
  },
];

const NORMALISATION_ROWS: readonly GradientRow[] = [
  { name: 'Softmax', kernels: ['Softmax'], inputs: [values([2, 4], -3, 3)], apply: (x) => tf.softmax(x) },
  {
    name: SOFTMAX_GRADIENT,
    kernels: [SOFTMAX_GRADIENT],
    inputs: [values([2, 4]), values([2, 4], 0, 1)],
    apply: (dy, y) => softmaxGradient(dy as Tensor, y as Tensor, -1),
  },
  { name: 'LogSoftmax', kernels: ['LogSoftmax'], inputs: [values([2, 4], -3, 3)], apply: (logits) => runLogSoftmax(logits) },
  {
    name: 'FusedBatchNorm',
    kernels: ['FusedBatchNorm'],
    inputs: [values([2, 2, 2, 3]), values([3]), values([3], 0.5, 2), values([3]), values([3], 0.5, 2)],
    apply: (x, mean, variance, offset, scale) =>
      tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D, 0.01),
  },
  {
    name: 'LRN',
    kernels: ['LRN'],
    inputs: [values([1, 2, 2, 5])],
    apply: (x) => tf.localResponseNormalization(x as tf.Tensor4D, 2, 1.3, 0.7, 0.6),
    once: 'LRNGrad has no gradient: local response normalisation is never differentiated twice',
  },
];

/** `tf.logSoftmax` differentiates itself; the kernel is reached directly where the backend has one. */
function runLogSoftmax(logits: Tensor): Tensor {
  return tf.getKernel('LogSoftmax', tf.getBackend())
    ? runKernel('LogSoftmax', { logits }, { axis: logits.rank - 1 })
    : tf.logSoftmax(logits);
}

type Resize = (x: tf.Tensor4D, size: [number, number], alignCorners: boolean, halfPixelCenters: boolean) => Tensor;

const resizeRows = (kernel: string, resize: Resize): GradientRow[] =>
  Object.entries({
    'up by 2 and 3': [[6, 12], false, false],
    'up, uneven': [[5, 7], false, false],
    down: [[2, 3], false, false],
    'aligned corners': [[5, 6], true, false],
    'half pixels, up': [[6, 8], false, true],
    'half pixels, uneven': [[4, 3], false, true],
  } as const).map(([name, [size, alignCorners, halfPixelCenters]]) => ({
    name: `${kernel} ${name}`,
    kernels: [kernel],
    inputs: [values([2, 3, 4, 2])],
    apply: (x) => resize(tf.square(x) as tf.Tensor4D, [...size], alignCorners, halfPixelCenters),
  }));

const IMAGE_ROWS: readonly GradientRow[] = [
  ...resizeRows('ResizeBilinear', tf.image.resizeBilinear),
  ...resizeRows('ResizeNearestNeighbor', tf.image.resizeNearestNeighbor),
  {
    name: 'ResizeBilinearGrad',
    kernels: ['ResizeBilinearGrad'],
    inputs: [values([1, 4, 6, 2])],
    apply: (dy) =>
      runKernel(
        'ResizeBilinearGrad',
        { dy, images: tf.zeros([1, 3, 3, 2]) },
        { size: [4, 6], alignCorners: false, halfPixelCenters: false },
      ),
  },
];

const parts = (z: Tensor) => tf.add(tf.square(tf.real(z)), tf.mul(0.3, tf.imag(z)));
/** Formulas that need a complex input again: core casts the gradient of what it saved to its real part. */
const CLONED_COMPLEX = 'core loses the imaginary part of gradients of saved tensors';
const COMPLEX = ['Complex', 'Real', 'Imag'];

const SPECTRAL_ROWS: readonly GradientRow[] = [
  { name: 'Complex, Real, Imag', kernels: COMPLEX, inputs: [values([2, 3]), values([2, 3])], apply: (a, b) => parts(tf.complex(a, b)) },
  {
    name: 'ComplexAbs',
    kernels: [...COMPLEX.slice(0, 1), 'ComplexAbs'],
    inputs: [values([4]), values([4])],
    apply: (a, b) => tf.abs(tf.complex(a, b)),
    once: CLONED_COMPLEX,
  },
  { name: 'FFT', kernels: [...COMPLEX, 'FFT'], inputs: [values([2, 5]), values([2, 5])], apply: (a, b) => parts(tf.fft(tf.complex(a, b))) },
  {
    name: 'IFFT',
    kernels: [...COMPLEX, 'IFFT'],
    inputs: [values([2, 4]), values([2, 4])],
    apply: (a, b) => parts(tf.ifft(tf.complex(a, b))),
  },
  { name: 'rfft', kernels: [...COMPLEX, 'FFT', 'SplitV'], inputs: [values([2, 6])], apply: (x) => parts(tf.spectral.rfft(x)) },
  {
    name: 'irfft',
    kernels: [...COMPLEX, 'IFFT'],
    inputs: [values([2, 4]), values([2, 4])],
    apply: (a, b) => tf.square(tf.spectral.irfft(tf.complex(a, b))),
  },
  {
    name: 'stft',
    kernels: [...COMPLEX.slice(0, 1), 'ComplexAbs', 'FFT'],
    inputs: [values([12])],
    apply: (x) => tf.abs(tf.signal.stft(x as tf.Tensor1D, 4, 2, 4, () => tf.tensor1d([0.1, 0.8, 1, 0.6]))),
    once: CLONED_COMPLEX,
  },
  {
    name: 'Multiply of complex tensors, one used twice',
    kernels: ['Multiply', 'Complex'],
    inputs: [values([3]), values([3])],
    apply: (a, b) => {
      const z = tf.complex(a, b);
      return parts(tf.mul(tf.mul(z, tf.complex(b, a)), z));
    },
    once: CLONED_COMPLEX,
  },
];

/**
 * Every gradient, over odd sizes, strides, dilations, paddings and broadcasts. Kinks and ties are avoided by the values.
 * A suite differentiates each row on its backend and compares with the gradients in double precision.
 */
export const gradientRows: readonly GradientRow[] = [
  ...UNARY_ROWS,
  ...FLAT_ROWS,
  ...BINARY_ROWS,
  ...REDUCTION_ROWS,
  ...CONTRACTION_ROWS,
  ...CONVOLUTION_ROWS,
  ...POOLING_ROWS,
  ...SHAPE_ROWS,
  ...INDEX_ROWS,
  ...NORMALISATION_ROWS,
  ...IMAGE_ROWS,
  ...SPECTRAL_ROWS,
];
