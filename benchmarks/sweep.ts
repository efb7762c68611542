import type { Attributes, InputSpec, Size, SweepRow } from './sweep-row.ts';

const sizes: readonly Size[] = ['tiny', 'odd', 'typical', 'large'];

/** One item for each of tiny, odd, typical and large. */
type PerSize<T> = readonly [tiny: T, odd: T, typical: T, large: T];
type Shape = readonly number[];
type Case = Pick<SweepRow, 'inputs'> & { readonly attrs?: Attributes; readonly flops?: number; readonly label?: string };

function describe({ inputs }: Pick<SweepRow, 'inputs'>): string {
  const shapes = Object.values(inputs).map(({ shape }: InputSpec) => `[${shape.join()}]`);
  return shapes.length > 3 ? `${shapes.length}${shapes[0]}` : shapes.join(' ');
}

/** The rows of one kernel, each at one size. */
function rows<T>(kernel: string, perSize: PerSize<T>, make: (of: T) => Case): SweepRow[] {
  return perSize.map((of, i) => {
    const { inputs, attrs = {}, flops, label } = make(of);
    return { kernel, size: sizes[i]!, label: label ?? describe({ inputs }), inputs, attrs, ...(flops === undefined ? {} : { flops }) };
  });
}

const x = (shape: Shape, more: Partial<InputSpec> = {}): InputSpec => ({ shape, ...more });
const int32 = (shape: Shape, high: number, more: Partial<InputSpec> = {}): InputSpec => ({ shape, dtype: 'int32', low: 0, high, ...more });
const bool = (shape: Shape): InputSpec => ({ shape, dtype: 'bool' });
const product = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** 7, 1,155, 262,144 and 4,194,304 elements. */
const blocks: PerSize<Shape> = [[7], [3, 5, 7, 11], [256, 1024], [4096, 1024]];
/** The same in matrices, of which the last axis is reduced. */
const matrices: PerSize<Shape> = [
  [2, 3],
  [33, 35],
  [256, 1024],
  [4096, 1024],
];
const images: PerSize<Shape> = [
  [1, 4, 4, 2],
  [2, 13, 11, 3],
  [32, 28, 28, 16],
  [16, 112, 112, 32],
];
/** For windows of side 3 and stride 2. */
const overlappingImages: PerSize<Shape> = [
  [1, 5, 5, 4],
  [2, 15, 13, 3],
  [32, 28, 28, 24],
  [8, 112, 112, 64],
];
const volumes: PerSize<Shape> = [
  [1, 3, 3, 3, 1],
  [1, 7, 5, 9, 3],
  [2, 16, 16, 16, 8],
  [2, 32, 32, 32, 16],
];

const unary: Readonly<Record<string, Partial<InputSpec>>> = {
  Abs: {}, Acos: {}, Acosh: { low: 1, high: 9 }, Asin: {}, Asinh: {}, Atan: {}, Atanh: {}, Ceil: { low: -9, high: 9 }, Cos: {}, Cosh: {}, Elu: {},
  Erf: {}, Exp: {}, Expm1: {}, Floor: { low: -9, high: 9 }, Identity: {}, IsFinite: {}, IsInf: {}, IsNan: {}, Log: { low: 0.1, high: 9 },
  Log1p: { low: 0, high: 9 }, Neg: {}, OnesLike: {}, Reciprocal: { low: 0.5, high: 2 }, Relu: {}, Relu6: { low: -9, high: 9 },
  Round: { low: -9, high: 9 }, Rsqrt: { low: 0.5, high: 2 }, Selu: {}, Sigmoid: {}, Sign: {}, Sin: {}, Sinh: {}, Softplus: {},
  Sqrt: { low: 0, high: 9 }, Square: {}, Tan: {}, Tanh: {}, ZerosLike: {},
}; // prettier-ignore

const unaryWithAttributes: Readonly<Record<string, Attributes>> = {
  Cast: { dtype: 'int32' },
  ClipByValue: { clipValueMin: -0.5, clipValueMax: 0.5 },
  LeakyRelu: { alpha: 0.2 },
  Step: { alpha: 0 },
};

const binary: Readonly<Record<string, Partial<InputSpec>>> = {
  Add: {}, Atan2: {}, Equal: {}, FloorDiv: { low: 1, high: 9 }, Greater: {}, GreaterEqual: {}, Less: {}, LessEqual: {}, Maximum: {}, Minimum: {},
  Mod: { low: 1, high: 9 }, Multiply: {}, NotEqual: {}, Pow: { low: 0.5, high: 2 }, RealDiv: { low: 0.5, high: 2 }, SquaredDifference: {}, Sub: {},
}; // prettier-ignore

const elementwise: readonly SweepRow[] = [
  ...Object.entries(unary).flatMap(([kernel, range]) => rows(kernel, blocks, (shape) => ({ inputs: { x: x(shape, range) } }))),
  ...rows('Cast', blocks, (shape) => ({ inputs: { x: x(shape) }, attrs: { dtype: 'bool' }, label: `[${shape.join()}] to bool` })),
  ...rows('Cast', blocks, (shape) => ({ inputs: { x: bool(shape) }, attrs: { dtype: 'float32' }, label: `[${shape.join()}] from bool` })),
  ...Object.entries(unaryWithAttributes).flatMap(([kernel, attrs]) =>
    rows(kernel, blocks, (shape) => ({ inputs: { x: x(shape) }, attrs })),
  ),
  ...Object.entries(binary).flatMap(([kernel, range]) =>
    rows(kernel, blocks, (shape) => ({ inputs: { a: x(shape, range), b: x(shape, range) } })),
  ),
  // A vector over rows, a column over columns, and a scalar.
  ...['Add', 'Multiply', 'Maximum', 'Greater'].flatMap((kernel) => [
    ...rows(kernel, matrices, (shape) => ({ inputs: { a: x(shape), b: x(shape.slice(1)) } })),
    ...rows(kernel, matrices, (shape) => ({ inputs: { a: x(shape), b: x([shape[0]!, 1]) } })),
    ...rows(kernel, matrices, (shape) => ({ inputs: { a: x(shape), b: x([]) } })),
  ]),
  ...rows('Add', images, (shape) => ({ inputs: { a: x(shape), b: x(shape.slice(3)) } })),
  ...rows('Multiply', images, (shape) => ({ inputs: { a: x(shape), b: x([shape[0]!, 1, 1, shape[3]!]) } })),
  ...rows(
    'Sub',
    [
      [2, 3],
      [33, 5],
      [16_384, 10],
      [524_288, 8],
    ],
    (shape: Shape) => ({ inputs: { a: x(shape), b: x([shape[0]!, 1]) } }),
  ),
  ...rows('AddN', blocks, (shape) => ({ inputs: [x(shape), x(shape), x(shape)] })),
  ...rows('BitwiseAnd', blocks, (shape) => ({ inputs: { a: int32(shape, 1e9), b: int32(shape, 1e9) } })),
  ...rows('EluGrad', blocks, (shape) => ({ inputs: { dy: x(shape), y: x(shape) } })),
  ...['LogicalAnd', 'LogicalOr', 'LogicalXor'].flatMap((kernel) =>
    rows(kernel, blocks, (shape) => ({ inputs: { a: bool(shape), b: bool(shape) } })),
  ),
  ...rows('LogicalNot', blocks, (shape) => ({ inputs: { x: bool(shape) } })),
  ...rows('Prelu', matrices, (shape) => ({ inputs: { x: x(shape), alpha: x(shape.slice(1)) } })),
  ...rows('Select', blocks, (shape) => ({ inputs: { condition: bool(shape), t: x(shape), e: x(shape) } })),
];

const norm = { epsilon: 1e-5 };
const vector = (shape: Shape): InputSpec => x(shape.slice(1));

/** Fused kernels of ours, which stock has as several: see peers/compositions.ts. */
const fused: readonly SweepRow[] = [
  ...rows('KumikoLayerNorm', matrices, (shape) => ({ inputs: { x: x(shape), gamma: vector(shape), beta: vector(shape) }, attrs: norm })),
  ...rows('KumikoLayerNormInputGradient', matrices, (shape) => ({ inputs: { dy: x(shape), x: x(shape), gamma: vector(shape) }, attrs: norm })),
  ...rows('KumikoLayerNormScaleGradient', matrices, (shape) => ({ inputs: { dy: x(shape), x: x(shape) }, attrs: norm })),
  ...rows('KumikoLogSoftmax', matrices, (shape) => ({ inputs: { x: x(shape) } })),
  ...rows('KumikoLogSoftmaxGradient', matrices, (shape) => ({ inputs: { dy: x(shape), x: x(shape) } })),
  ...rows('KumikoRmsNorm', matrices, (shape) => ({ inputs: { x: x(shape), gamma: vector(shape) }, attrs: norm })),
  ...rows('KumikoSoftmaxGradient', matrices, (shape) => ({ inputs: { dy: x(shape), y: x(shape, { low: 0, high: 0.01 }) } })),
]; // prettier-ignore

const reductions: readonly SweepRow[] = [
  ...['Mean', 'Min', 'Prod', 'Sum'].flatMap((kernel) => [
    ...rows(kernel, matrices, (shape) => ({ inputs: { x: x(shape) }, attrs: { axis: [1], keepDims: false } })),
    ...rows(kernel, matrices, (shape) => ({ inputs: { x: x(shape) }, attrs: { axis: [0], keepDims: false }, label: `[${shape.join()}] axis 0` })),
  ]),
  ...[[0], [1]].flatMap((axes) => rows('Max', matrices, (shape) => ({ inputs: { x: x(shape) }, attrs: { reductionIndices: axes, keepDims: false }, label: `[${shape.join()}] axis ${axes[0]}` }))),
  // All of a tensor, the channels of images, and the middle of three axes.
  ...rows('Sum', blocks, (shape) => ({ inputs: { x: x(shape) }, attrs: { axis: shape.map((_, axis) => axis), keepDims: false }, label: `[${shape.join()}] all` })),
  ...rows('Sum', images, (shape) => ({ inputs: { x: x(shape) }, attrs: { axis: [0, 1, 2], keepDims: false } })),
  ...rows('Mean', [[1, 4, 2], [2, 143, 3], [32, 49, 512], [16, 3136, 64]], (shape: Shape) => ({ inputs: { x: x(shape) }, attrs: { axis: [1], keepDims: false }, label: `[${shape.join()}] axis 1` })),
  ...['All', 'Any'].flatMap((kernel) => rows(kernel, matrices, (shape) => ({ inputs: { x: bool(shape) }, attrs: { axis: [1], keepDims: false } }))),
  ...['ArgMax', 'ArgMin'].flatMap((kernel) => [
    ...rows(kernel, matrices, (shape) => ({ inputs: { x: x(shape) }, attrs: { axis: 1 } })),
    ...rows(kernel, matrices, (shape) => ({ inputs: { x: x(shape) }, attrs: { axis: 0 }, label: `[${shape.join()}] axis 0` })),
  ]),
  ...['Cumprod', 'Cumsum'].flatMap((kernel) =>
    [1, 0].flatMap((axis) => rows(kernel, matrices, (shape) => ({ inputs: { x: x(shape) }, attrs: { axis, exclusive: false, reverse: false }, label: `[${shape.join()}] axis ${axis}` }))),
  ),
  ...rows('Softmax', matrices, (shape) => ({ inputs: { logits: x(shape, { low: -9, high: 9 }) }, attrs: { dim: 1 } })),
  ...rows('TopK', matrices, (shape) => ({ inputs: { x: x(shape) }, attrs: { k: 2, sorted: true } })),
  ...rows('Bincount', [7, 1155, 65_536, 4_194_304], (n) => ({ inputs: { x: int32([n], 256), weights: x([0]) }, attrs: { size: 256 } })),
  ...rows('DenseBincount', [7, 1155, 65_536, 4_194_304], (n) => ({ inputs: { x: int32([n], 256), weights: x([0]) }, attrs: { size: 256, binaryOutput: false } })),
  ...rows('Unique', [7, 1155, 10_007, 262_144], (n) => ({ inputs: { x: int32([n], 256) }, attrs: { axis: 0 } })),
  ...rows('Multinomial', matrices, (shape) => ({ inputs: { logits: x(shape) }, attrs: { numSamples: 4, seed: 3, normalized: false } })),
  ...rows('SearchSorted', [[2, 3], [7, 35], [64, 1024], [1024, 1024]], ([n = 0, width = 0]: Shape) => ({ inputs: { sortedSequence: x([n, width], { low: 0, high: 1, values: Array.from({ length: width }, (_, i) => i / width) }), values: x([n, width], { low: 0 }) }, attrs: { side: 'left' } })),
]; // prettier-ignore

/** `[batch, m, k, n]`. */
const products: PerSize<Shape> = [
  [1, 2, 3, 4],
  [1, 33, 65, 37],
  [1, 256, 256, 256],
  [1, 1024, 1024, 1024],
];
const transposes = [
  [false, false, 'A B'],
  [true, false, 'A^T B'],
  [false, true, 'A B^T'],
  [true, true, 'A^T B^T'],
] as const;

function matMulInputs([batch = 1, m = 1, k = 1, n = 1]: Shape, transposeA: boolean, transposeB: boolean): Record<string, InputSpec> {
  return { a: x(transposeA ? [batch, k, m] : [batch, m, k]), b: x(transposeB ? [batch, n, k] : [batch, k, n]) };
}

const contractions: readonly SweepRow[] = [
  ...transposes.flatMap(([transposeA, transposeB, name]) =>
    rows('BatchMatMul', products, (shape) => ({ inputs: matMulInputs(shape, transposeA, transposeB), attrs: { transposeA, transposeB }, flops: 2 * product(shape), label: `${shape.join('x')} ${name}` })),
  ),
  ...rows('BatchMatMul', [[2, 1, 1, 1], [3, 17, 19, 5], [32, 64, 64, 64], [8, 512, 512, 512]], (shape: Shape) => ({ inputs: matMulInputs(shape, false, false), attrs: { transposeA: false, transposeB: false }, flops: 2 * product(shape), label: `${shape.join('x')} A B` })),
  ...rows('_FusedMatMul', [[1, 1, 4, 3], [1, 33, 65, 37], [1, 32, 784, 128], [1, 512, 1024, 1024]], (shape: Shape) => ({ inputs: { ...matMulInputs(shape, false, false), bias: x(shape.slice(3)) }, attrs: { transposeA: false, transposeB: false, activation: 'relu' }, flops: 2 * product(shape), label: `${shape.join('x')} relu` })),
]; // prettier-ignore

/** A convolution: the image, the side of its square window, the channels that come out, and its stride. */
type Convolution = readonly [image: Shape, side: number, out: number, stride: number];
const convolutions: PerSize<Convolution> = [
  [[1, 4, 4, 2], 3, 3, 1],
  [[2, 13, 11, 3], 3, 5, 2],
  [[32, 28, 28, 16], 3, 32, 1],
  [[8, 56, 56, 64], 3, 64, 1],
];
const pointwise: PerSize<Convolution> = [
  [[1, 4, 4, 2], 1, 3, 1],
  [[2, 13, 11, 3], 1, 5, 1],
  [[32, 14, 14, 64], 1, 128, 1],
  [[8, 56, 56, 128], 1, 128, 1],
];
const depthwise: PerSize<Convolution> = [
  [[1, 4, 4, 2], 3, 2, 1],
  [[2, 13, 11, 3], 3, 3, 2],
  [[32, 28, 28, 32], 3, 32, 1],
  [[8, 112, 112, 64], 3, 64, 1],
];
/** With larger windows and strides. */
const steppedDepthwise: PerSize<Convolution> = [
  [[1, 5, 5, 4], 3, 4, 2],
  [[2, 13, 11, 7], 5, 7, 1],
  [[32, 28, 28, 32], 3, 32, 2],
  [[8, 56, 56, 144], 3, 144, 2],
];
const same = { pad: 'same', dataFormat: 'NHWC' };

/** Images that go in and come out, the filter, the attributes and the operations, all with padding `same`. */
function convolution([image, side, out, stride]: Convolution, isDepthwise: boolean) {
  const [batch = 1, height = 1, width = 1, channels = 1] = image;
  const output = [batch, Math.ceil(height / stride), Math.ceil(width / stride), out];
  const filter = isDepthwise ? [side, side, channels, 1] : [side, side, channels, out];
  const attrs = { ...same, strides: [stride, stride], dilations: [1, 1] };
  const flops = 2 * product(output) * side * side * (isDepthwise ? 1 : channels);
  return { image, output, filter, attrs, flops, label: `[${image.join()}] ${side}x${side}x${out} /${stride}` };
}

function convolutionRows(prefix: '' | 'Depthwise', cases: PerSize<Convolution>): SweepRow[] {
  const isDepthwise = prefix !== '';
  const all: readonly (readonly [string, (of: ReturnType<typeof convolution>) => Case])[] = [
    [isDepthwise ? 'DepthwiseConv2dNative' : 'Conv2D', ({ image, filter, ...rest }) => ({ inputs: { x: x(image), filter: x(filter) }, ...rest })],
    [isDepthwise ? 'FusedDepthwiseConv2D' : 'FusedConv2D', ({ image, filter, output, attrs, ...rest }) => ({ inputs: { x: x(image), filter: x(filter), bias: x(output.slice(3)) }, ...rest, attrs: { ...attrs, activation: 'relu' } })],
    [isDepthwise ? 'DepthwiseConv2dNativeBackpropInput' : 'Conv2DBackpropInput', ({ image, filter, output, attrs, ...rest }) => ({ inputs: { dy: x(output), filter: x(filter) }, ...rest, attrs: { ...attrs, inputShape: image } })],
    [isDepthwise ? 'DepthwiseConv2dNativeBackpropFilter' : 'Conv2DBackpropFilter', ({ image, filter, output, attrs, ...rest }) => ({ inputs: { x: x(image), dy: x(output) }, ...rest, attrs: { ...attrs, filterShape: filter } })],
  ]; // prettier-ignore
  return all.flatMap(([kernel, make]) =>
    rows(kernel, cases, (of) => {
      const { image, filter, output, attrs, flops, label } = convolution(of, isDepthwise);
      const made = make({ image, filter, output, attrs, flops, label });
      return { inputs: made.inputs, attrs: made.attrs ?? {}, flops, label };
    }),
  );
}

const smallVolumes: PerSize<Shape> = [
  [1, 3, 3, 3, 1],
  [1, 5, 5, 7, 3],
  [2, 8, 8, 8, 8],
  [2, 16, 16, 16, 8],
];
const volume = { strides: [1, 1, 1], pad: 'same', dataFormat: 'NDHWC', dilations: [1, 1, 1] };
const volumeFilter = (shape: Shape): Shape => [3, 3, 3, shape[4]!, 4];
const volumeOutput = (shape: Shape): Shape => [...shape.slice(0, 4), 4];
const volumeFlops = (shape: Shape): number => 2 * product(volumeOutput(shape)) * 27 * shape[4]!;
const dilation = { strides: [1, 1], pad: 'same', dilations: [1, 1] };
const dilationImages: PerSize<Shape> = [
  [1, 4, 4, 2],
  [1, 13, 11, 3],
  [4, 28, 28, 8],
  [4, 56, 56, 16],
];
const dilationInputs = (shape: Shape) => ({ x: x(shape), filter: x([3, 3, shape[3]!]) });

const windows: readonly SweepRow[] = [
  ...convolutionRows('', convolutions),
  ...convolutionRows('', pointwise),
  ...convolutionRows('Depthwise', depthwise),
  ...convolutionRows('Depthwise', steppedDepthwise),
  ...rows('Conv3D', smallVolumes, (shape) => ({ inputs: { x: x(shape), filter: x(volumeFilter(shape)) }, attrs: volume, flops: volumeFlops(shape) })),
  ...rows('Conv3DBackpropFilterV2', smallVolumes, (shape) => ({ inputs: { x: x(shape), dy: x(volumeOutput(shape)) }, attrs: { ...volume, filterShape: volumeFilter(shape) }, flops: volumeFlops(shape) })),
  ...rows('Conv3DBackpropInputV2', smallVolumes, (shape) => ({ inputs: { dy: x(volumeOutput(shape)), filter: x(volumeFilter(shape)) }, attrs: { ...volume, inputShape: shape }, flops: volumeFlops(shape) })),
  ...rows('Dilation2D', dilationImages, (shape) => ({ inputs: dilationInputs(shape), attrs: dilation })),
  ...['Dilation2DBackpropFilter', 'Dilation2DBackpropInput'].flatMap((kernel) => rows(kernel, dilationImages, (shape) => ({ inputs: { ...dilationInputs(shape), dy: x(shape) }, attrs: dilation }))),
  ...poolRows('', images, { filterSize: [2, 2], strides: [2, 2], pad: 'same' }),
  ...poolRows('', overlappingImages, { filterSize: [3, 3], strides: [2, 2], pad: 'same' }),
  ...poolRows('3D', volumes, { filterSize: [2, 2, 2], strides: [2, 2, 2], pad: 'same', dataFormat: 'NDHWC' }),
  ...rows('MaxPoolWithArgmax', images, (shape) => ({ inputs: { x: x(shape, { low: 0 }) }, attrs: { filterSize: [2, 2], strides: [2, 2], pad: 'same', includeBatchInIndex: false } })),
]; // prettier-ignore

/** Average and maximum over windows of side 2, and their gradients. Positive numbers: stock is wrong for others. */
function poolRows(suffix: '' | '3D', cases: PerSize<Shape>, attrs: Attributes): SweepRow[] {
  const pooled = (shape: Shape): Shape => shape.map((side, i) => (i === 0 || i === shape.length - 1 ? side : Math.ceil(side / 2)));
  const positive = { low: 0.01, high: 1 };
  return [
    ...['AvgPool', 'MaxPool'].flatMap((kernel) => rows(kernel + suffix, cases, (shape) => ({ inputs: { x: x(shape, positive) }, attrs }))),
    ...rows(`AvgPool${suffix}Grad`, cases, (shape) => ({ inputs: { dy: x(pooled(shape)), input: x(shape, positive) }, attrs })),
    ...rows(`MaxPool${suffix}Grad`, cases, (shape) => {
      const output = { shape: pooled(shape), output: { kernel: `MaxPool${suffix}`, inputs: { x: 'input' }, attrs } };
      return { inputs: { dy: x(pooled(shape)), input: x(shape, positive), output }, attrs };
    }),
  ];
}

const half = (shape: Shape): number[] => shape.map((side) => Math.ceil(side / 2));
const zeros = (shape: Shape): number[] => shape.map(() => 0);

const movement: readonly SweepRow[] = [
  ...rows('Concat', matrices, (shape) => ({ inputs: [x(shape), x(shape)], attrs: { axis: 1 } })),
  ...rows('Pack', matrices, (shape) => ({ inputs: [x(shape), x(shape)], attrs: { axis: 0 } })),
  ...rows('Unpack', [[2, 3], [5, 35], [8, 32_768], [8, 524_288]], (shape: Shape) => ({ inputs: { value: x(shape) }, attrs: { axis: 0 } })),
  ...rows('SplitV', [[2, 4], [33, 34], [256, 1024], [4096, 1024]], (shape: Shape) => ({ inputs: { x: x(shape) }, attrs: { numOrSizeSplits: [shape[1]! / 2, shape[1]! / 2], axis: 1 } })),
  ...rows('Slice', matrices, (shape) => ({ inputs: { x: x(shape) }, attrs: { begin: zeros(shape), size: half(shape) } })),
  ...rows('StridedSlice', matrices, (shape) => ({ inputs: { x: x(shape) }, attrs: { begin: zeros(shape), end: shape, strides: [2, 2], beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 } })),
  ...rows('Transpose', matrices, (shape) => ({ inputs: { x: x(shape) }, attrs: { perm: [1, 0] } })),
  ...rows('Transpose', images, (shape) => ({ inputs: { x: x(shape) }, attrs: { perm: [0, 3, 1, 2] } })),
  ...rows('Transpose', [[1, 2, 4, 4], [2, 3, 13, 11], [32, 16, 28, 28], [16, 32, 112, 112]], (shape: Shape) => ({ inputs: { x: x(shape) }, attrs: { perm: [0, 2, 3, 1] }, label: `[${shape.join()}] to NHWC` })),
  // The heads of an attention.
  ...rows('Transpose', [[1, 2, 2, 3], [2, 7, 3, 5], [4, 128, 4, 64], [8, 512, 8, 64]], (shape: Shape) => ({ inputs: { x: x(shape) }, attrs: { perm: [0, 2, 1, 3] }, label: `[${shape.join()}] heads` })),
  ...rows('Reverse', matrices, (shape) => ({ inputs: { x: x(shape) }, attrs: { dims: [1] } })),
  ...rows('Tile', matrices, (shape) => ({ inputs: { x: x(shape) }, attrs: { reps: [1, 2] } })),
  ...rows('PadV2', images, (shape) => ({ inputs: { x: x(shape) }, attrs: { paddings: [[0, 0], [1, 1], [1, 1], [0, 0]], constantValue: 0 } })),
  ...rows('MirrorPad', images, (shape) => ({ inputs: { x: x(shape) }, attrs: { paddings: [[0, 0], [1, 1], [1, 1], [0, 0]], mode: 'reflect' } })),
  ...rows('SpaceToBatchND', [[1, 4, 4, 2], [1, 14, 10, 3], [32, 28, 28, 16], [16, 112, 112, 32]], (shape: Shape) => ({ inputs: { x: x(shape) }, attrs: { blockShape: [2, 2], paddings: [[0, 0], [0, 0]] } })),
  ...rows('BatchToSpaceND', [[4, 2, 2, 2], [4, 7, 5, 3], [128, 14, 14, 16], [64, 56, 56, 32]], (shape: Shape) => ({ inputs: { x: x(shape) }, attrs: { blockShape: [2, 2], crops: [[0, 0], [0, 0]] } })),
  ...rows('DepthToSpace', [[1, 2, 2, 4], [1, 7, 5, 12], [32, 14, 14, 64], [16, 56, 56, 128]], (shape: Shape) => ({ inputs: { x: x(shape) }, attrs: { blockSize: 2, dataFormat: 'NHWC' } })),
  ...rows('GatherV2', matrices, (shape) => ({ inputs: { x: x(shape), indices: int32([shape[0]!], shape[0]!) }, attrs: { axis: 0, batchDims: 0 } })),
  ...rows('GatherV2', matrices, (shape) => ({ inputs: { x: x(shape), indices: int32([half(shape)[1]!], shape[1]!) }, attrs: { axis: 1, batchDims: 0 }, label: `[${shape.join()}] axis 1` })),
  ...rows('GatherNd', matrices, (shape) => ({ inputs: { params: x(shape), indices: int32([shape[0]!, 1], shape[0]!) } })),
  ...rows('ScatterNd', matrices, (shape) => ({ inputs: { indices: int32([shape[0]!, 1], shape[0]!), updates: x(shape) }, attrs: { shape } })),
  ...rows('TensorScatterUpdate', matrices, (shape) => ({ inputs: { tensor: x(shape), indices: ascending(half(shape)[0]!), updates: x([half(shape)[0]!, shape[1]!]) } })),
  ...rows('SparseToDense', [7, 1155, 65_536, 1_048_576], (n) => ({ inputs: { sparseIndices: ascending(n), sparseValues: x([n, 1].slice(0, 1)), defaultValue: x([]) }, attrs: { outputShape: [2 * n] } })),
  ...rows('OneHot', [7, 1155, 8192, 65_536], (n) => ({ inputs: { indices: int32([n], 64) }, attrs: { depth: 64, onValue: 1, offValue: 0, dtype: 'float32' } })),
  ...rows('Diag', [3, 33, 256, 1024], (n) => ({ inputs: { x: x([n]) } })),
  ...rows('Fill', blocks, (shape) => ({ inputs: {}, attrs: { shape, value: 1, dtype: 'float32' }, label: `[${shape.join()}]` })),
  ...rows('LinSpace', [7, 1155, 65_536, 1_048_576], (num) => ({ inputs: {}, attrs: { start: 0, stop: 1, num }, label: `[${num}]` })),
  ...rows('Range', [7, 1155, 65_536, 1_048_576], (stop) => ({ inputs: {}, attrs: { start: 0, stop, step: 1, dtype: 'float32' }, label: `[${stop}]` })),
  ...rows('BroadcastArgs', [1, 2, 3, 4], (rank) => ({ inputs: { s0: int32([rank], 2, { values: [3] }), s1: int32([1], 2, { values: [1] }) } })),
]; // prettier-ignore

/** The indices 0, 1, ..., n - 1, as a column. */
function ascending(n: number): InputSpec {
  return int32([n, 1], n, { values: Array.from({ length: n }, (_, i) => i) });
}

const channels = (shape: Shape): Shape => [shape.at(-1)!];
const localResponse = { depthRadius: 2, bias: 1, alpha: 1e-3, beta: 0.75 };
const boxCounts: PerSize<number> = [3, 35, 512, 4096];
const suppression = { maxOutputSize: 32, iouThreshold: 0.5, scoreThreshold: 0.1 };
const boxInputs = (n: number) => ({ boxes: x([n, 4], { low: 0 }), scores: x([n], { low: 0 }) });
const doubled = ([, height = 1, width = 1]: Shape): number[] => [2 * height, 2 * width];
const resized = (shape: Shape): Shape => [shape[0]!, ...doubled(shape), shape[3]!];
const resizeAttrs = { alignCorners: false, halfPixelCenters: false };
const resizeImages: PerSize<Shape> = [
  [1, 4, 4, 2],
  [2, 13, 11, 3],
  [8, 28, 28, 16],
  [8, 56, 56, 32],
];

const image: readonly SweepRow[] = [
  ...rows('FusedBatchNorm', images, (shape) => ({ inputs: { x: x(shape), scale: x(channels(shape)), offset: x(channels(shape)), mean: x(channels(shape)), variance: x(channels(shape), { low: 0.5, high: 2 }) }, attrs: { varianceEpsilon: 1e-3 } })),
  ...rows('LRN', dilationImages, (shape) => ({ inputs: { x: x(shape) }, attrs: localResponse })),
  ...rows('LRNGrad', dilationImages, (shape) => ({ inputs: { x: x(shape), y: x(shape), dy: x(shape) }, attrs: localResponse })),
  ...['ResizeBilinear', 'ResizeNearestNeighbor'].flatMap((kernel) => [
    ...rows(kernel, resizeImages, (shape) => ({ inputs: { images: x(shape) }, attrs: { ...resizeAttrs, size: doubled(shape) } })),
    ...rows(`${kernel}Grad`, resizeImages, (shape) => ({ inputs: { images: x(shape), dy: x(resized(shape)) }, attrs: resizeAttrs })),
  ]),
  ...rows('FlipLeftRight', images, (shape) => ({ inputs: { image: x(shape) } })),
  ...rows('RotateWithOffset', images, (shape) => ({ inputs: { image: x(shape) }, attrs: { radians: 0.5, fillValue: 0, center: 0.5 } })),
  ...rows('Transform', dilationImages, (shape) => ({ inputs: { image: x(shape), transforms: x([shape[0]!, 8], { values: [1, 0, 0, 0, 1, 0, 0, 0] }) }, attrs: { interpolation: 'nearest', fillMode: 'constant', fillValue: 0, outputShape: shape.slice(1, 3) } })),
  ...rows('CropAndResize', dilationImages, (shape) => ({ inputs: { image: x(shape), boxes: x([4, 4], { values: [0.1, 0.2, 0.8, 0.9] }), boxInd: int32([4], shape[0]!) }, attrs: { cropSize: [14, 14], method: 'bilinear', extrapolationValue: 0 } })),
  ...rows('NonMaxSuppressionV3', boxCounts, (n) => ({ inputs: boxInputs(n), attrs: suppression })),
  ...rows('NonMaxSuppressionV4', boxCounts, (n) => ({ inputs: boxInputs(n), attrs: { ...suppression, padToMaxOutputSize: false } })),
  ...rows('NonMaxSuppressionV5', boxCounts, (n) => ({ inputs: boxInputs(n), attrs: { ...suppression, softNmsSigma: 0.5 } })),
]; // prettier-ignore

const sparseCounts: PerSize<number> = [3, 35, 1024, 16_384];

const sparse: readonly SweepRow[] = [
  ...rows('SparseFillEmptyRows', sparseCounts, (n) => ({ inputs: { indices: int32([n, 2], n, { sorted: true }), values: x([n]), denseShape: int32([2], n, { values: [n] }), defaultValue: x([]) } })),
  ...rows('SparseReshape', sparseCounts, (n) => ({ inputs: { inputIndices: int32([n, 2], n), inputShape: int32([2], n, { values: [n, n] }), newShape: int32([1], n, { values: [-1] }) } })),
  ...['SparseSegmentMean', 'SparseSegmentSum'].flatMap((kernel) =>
    rows(kernel, sparseCounts, (n) => ({ inputs: { data: x([n, 64]), indices: int32([n], n), segmentIds: int32([n], Math.ceil(n / 4), { sorted: true }) } })),
  ),
]; // prettier-ignore

/** Every kernel of ours that replaces one of tfjs' wasm backend, and the gradients that it lacks, times tiny, odd, typical and large. */
export const sweep: readonly SweepRow[] = [
  ...contractions,
  ...windows,
  ...fused,
  ...reductions,
  ...elementwise,
  ...movement,
  ...image,
  ...sparse,
];
