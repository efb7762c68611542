/** @internal */
import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import { FUSED } from './fuse-elementwise.ts';
import { type Instruction, type Program, type ValueInfo, inputValues, sizeOf } from './program.ts';

/** What a count can ask of a kernel: elements and shapes of its inputs, by name or place, and of its first output. */
interface Call {
  readonly attrs: NamedAttrMap;
  size(input: string): number;
  shape(input: string): readonly number[];
  readonly outputSize: number;
}

type Count = (call: Call) => number;

const product = (numbers: readonly number[]): number => numbers.reduce((all, number) => all * number, 1);
const none: Count = () => 0;
const perOutput =
  (operations: number): Count =>
  ({ outputSize }) =>
    operations * outputSize;
const perInput =
  (input: string, operations = 1): Count =>
  ({ size }) =>
    operations * size(input);

/** A multiplication and an addition for each tap, which are all of a filter's dimensions but the last. */
const taps = (filter: readonly number[]): number => 2 * product(filter.slice(0, -1));
const convolution: Count = ({ outputSize, shape }) => outputSize * taps(shape('filter'));
const inputGradient: Count = ({ size, shape }) => size('dy') * taps(shape('filter'));
const filterGradient: Count = ({ size, attrs }) => size('dy') * taps(attrs['filterShape'] as number[]);

/** Depthwise filters are `[height,width,channels,multiplier]`; each output reads one channel. */
const window = (filter: readonly number[]): number => 2 * product(filter.slice(0, 2));
const matrices: Count = ({ outputSize, shape, attrs }) => 2 * outputSize * (shape('a').at(attrs['transposeA'] ? -2 : -1) as number);

const pooled = ({ attrs }: Call): number => {
  const size = attrs['filterSize'] as number | number[];
  return Array.isArray(size) ? product(size) : size ** 2;
};
const pool: Count = (call) => call.outputSize * pooled(call);
const poolGradient: Count = (call) => call.size('dy') * pooled(call);

/** The products of scores and of weighted values. */
const attention: Count = ({ size, shape, outputSize }) => 2 * (shape('key').at(-2) as number) * (size('query') + outputSize);

/** Every other kernel is taken for an elementwise one: an operation for each element of its output. */
const counts: Readonly<Record<string, Count>> = {
  BatchMatMul: matrices,
  _FusedMatMul: matrices,
  Conv2D: convolution,
  FusedConv2D: convolution,
  Conv3D: convolution,
  Conv2DBackpropInput: inputGradient,
  Conv3DBackpropInputV2: inputGradient,
  Conv2DBackpropFilter: filterGradient,
  Conv3DBackpropFilterV2: filterGradient,
  DepthwiseConv2dNative: ({ outputSize, shape }) => outputSize * window(shape('filter')),
  FusedDepthwiseConv2D: ({ outputSize, shape }) => outputSize * window(shape('filter')),
  DepthwiseConv2dNativeBackpropInput: ({ size, shape }) => size('dy') * window(shape('filter')),
  DepthwiseConv2dNativeBackpropFilter: ({ size, attrs }) => size('dy') * window(attrs['filterShape'] as number[]),
  KumikoAttention: attention,
  // The scores again, and four products of their size.
  KumikoAttentionGradient: ({ size, shape }) => 2 * (shape('key').at(-2) as number) * (3 * size('query') + 2 * size('dy')),
  MaxPool: pool,
  AvgPool: pool,
  MaxPoolGrad: poolGradient,
  AvgPoolGrad: poolGradient,
  Softmax: perOutput(4),
  KumikoLogSoftmax: perOutput(4),
  KumikoSoftmaxCrossEntropy: perInput('logits', 4),
  KumikoLayerNorm: perOutput(8),
  KumikoRmsNorm: perOutput(5),
  ...Object.fromEntries(['All', 'Any', 'ArgMax', 'ArgMin', 'Max', 'Mean', 'Min', 'Prod', 'Sum'].map((name) => [name, perInput('x')])),
  ...Object.fromEntries(
    [
      ...['BatchToSpaceND', 'Cast', 'Concat', 'DepthToSpace', 'ExpandDims', 'Fill', 'GatherNd', 'GatherV2', 'Identity', 'KumikoDeriveKey'],
      ...['MirrorPad', 'OneHot', 'OnesLike', 'Pack', 'PadV2', 'Range', 'Reshape', 'Reverse', 'Slice', 'SpaceToBatchND', 'SplitV'],
      ...['StridedSlice', 'Tile', 'Transpose', 'Unpack', 'ZerosLike'],
    ].map((name) => [name, none]),
  ),
};

/** Floating-point operations of an instruction: multiplications and additions of products, windows and reductions, one for each element elsewhere. */
export function countFlops(program: Program, instruction: Instruction): number {
  const { kernelName, inputs, attrs, outputs, members } = instruction;
  if (kernelName === FUSED) return (members ?? []).reduce((sum, member) => sum + flopsOf(member.kernelName, callOf([member.output])), 0);
  return flopsOf(kernelName, callOf(outputs));

  function callOf(made: readonly number[]): Call {
    const valueOf = (input: string): number => ((inputs as Record<string, number>)[input] ?? inputValues(instruction)[0]) as number;
    return {
      attrs,
      size: (input) => sizeOf(program, valueOf(input)),
      shape: (input) => (program.values[valueOf(input)] as ValueInfo).shape,
      outputSize: sizeOf(program, made[0] as number),
    };
  }
}

function flopsOf(kernelName: string, call: Call): number {
  const count = Object.hasOwn(counts, kernelName) ? counts[kernelName] : undefined;
  return count === undefined ? call.outputSize : count(call);
}
