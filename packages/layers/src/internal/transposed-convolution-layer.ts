import type * as tf from '@tensorflow/tfjs-core';
import { check, foldIn, formatShape, shapeOf, type Shape, type Tree } from '@kumiko/core';
import type { TransposedConvolutionOptions } from '../convolution/transposed-convolution-options.ts';
import type { CountedLayer } from '../counted-layer.ts';
import { glorotUniform } from '../initializers/glorot-uniform.ts';
import { zeros } from '../initializers/zeros.ts';
import { biasedActivation } from './biased-activation.ts';
import { checkPositiveInteger } from './check-positive-integer.ts';
import { contractionFlops } from './contraction-flops.ts';
import { checkImage, imageAxes } from './convolution-layer.ts';
import { singleShape } from './single-shape.ts';
import { windowOf, zerosOf, type Window } from './window.ts';

/** How a kind of transposed convolution computes. */
export interface TransposedConvolutionKind {
  readonly name: string;
  readonly rank: 1 | 2;
  /** The product of `[batch,...,channels]` with a kernel `[...size, filters, channels]`, of the given shape. */
  plain(x: tf.Tensor, kernel: tf.Tensor, output: Shape, window: Window): tf.Tensor;
}

interface TransposedConvolutionParams {
  readonly kernel: tf.Tensor;
  readonly bias?: tf.Tensor1D;
}

/** Sizes of the axes between batch and channels behind a transposed convolution. */
function enlarged(symbol: string, input: Shape, { size, strides, padding }: Window, added: readonly number[]): number[] {
  const output = strides.map((stride, axis) => {
    const length = input[axis + 1] as number;
    const extent = size[axis] as number;
    if (padding === 'same') return length * stride;
    if (padding === 'valid') return length * stride + Math.max(extent - stride, 0);
    return (length - 1) * stride + extent - 2 * zerosOf(padding)[0] + (added[axis] as number);
  });
  check(
    output.every((length) => length >= 1),
    symbol,
    () =>
      `expected padding to leave something of the output, got ${padding as number} for an input ${formatShape(input)}. Choose a smaller padding.`,
  );
  return output;
}

/** A transposed convolution layer of any rank. */
export function transposedConvolutionLayer(
  { name: kindName, rank, plain }: TransposedConvolutionKind,
  options: TransposedConvolutionOptions<number | readonly number[]>,
): CountedLayer<tf.Tensor, tf.Tensor> {
  const {
    filters,
    kernelSize,
    strides = 1,
    padding = 'valid',
    outputPadding = 0,
    activation,
    useBias = true,
    kernelInitializer = glorotUniform,
    biasInitializer = zeros,
    name = kindName,
  } = options;
  checkPositiveInteger(name, 'filters', filters);
  const window = windowOf({ symbol: name, sizeOption: 'kernelSize', rank }, { size: kernelSize, strides, padding });
  const added = typeof outputPadding === 'number' ? window.strides.map(() => outputPadding) : outputPadding;
  check(
    added.length === rank && added.every((more, axis) => Number.isInteger(more) && more >= 0 && more < (window.strides[axis] as number)),
    name,
    () =>
      `expected outputPadding of at least 0 and below strides ${window.strides.join(' x ')}, got ${added.join(' x ')}. Leave it out, or raise the strides.`,
  );
  check(
    typeof padding === 'number' || added.every((more) => more === 0),
    name,
    () => `expected a number as padding with outputPadding, got '${padding}'. Pass how many zeros, for example padding: 1.`,
  );
  const outputOf = (shape: Shape): number[] => [shape[0] as number, ...enlarged(name, shape, window, added), filters];
  return {
    name,
    init(key, input) {
      const { shape } = singleShape(name, input, imageAxes(rank));
      const output = shapeOf(outputOf(shape));
      const kernel = kernelInitializer(foldIn(key, 'kernel'), [...window.size, filters, shape.at(-1) as number]);
      const params = useBias ? { kernel, bias: biasInitializer(foldIn(key, 'bias'), [filters]) } : { kernel };
      return { params, state: {}, output };
    },
    apply({ params, state }, x, { training }): [tf.Tensor, { state: Tree }] {
      const { kernel, bias } = params as unknown as TransposedConvolutionParams;
      checkImage(name, rank, x.shape, kernel.shape.at(-1) as number);
      return [biasedActivation({ activation, bias, training, plain: () => plain(x, kernel, outputOf(x.shape), window) }), { state }];
    },
    flops: ({ params, input }) => contractionFlops((params as unknown as TransposedConvolutionParams).kernel, input),
  };
}
