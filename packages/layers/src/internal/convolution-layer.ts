import type * as tf from '@tensorflow/tfjs-core';
import { check, foldIn, formatShape, shapeOf, type Shape, type Tree } from '@kumiko/core';
import type { ConvolutionOptions } from '../convolution/convolution-options.ts';
import type { CountedLayer } from '../counted-layer.ts';
import { glorotUniform } from '../initializers/glorot-uniform.ts';
import { zeros } from '../initializers/zeros.ts';
import { biasedActivation, type Fusion } from './biased-activation.ts';
import { checkPositiveInteger } from './check-positive-integer.ts';
import { contractionFlops } from './contraction-flops.ts';
import { singleShape } from './single-shape.ts';
import { windowOf, type Border, type Window } from './window.ts';
import { windowOutput } from './window-output.ts';

/** Names of the axes that a window may slide over, the last of them for fewer. */
const SPATIAL = ['depth', 'height', 'width'];

/** How a kind of convolution computes. */
export interface ConvolutionKind {
  readonly name: string;
  /** Axes that the window slides over. */
  readonly rank: 1 | 2 | 3;
  /** The convolution, without bias; one group of channels for each axis-`-2`-sized part. */
  plain(x: tf.Tensor, kernel: tf.Tensor, window: Window): tf.Tensor;
  /** With bias and activation in one kernel; of a single group. */
  fused?(x: tf.Tensor, kernel: tf.Tensor, window: Window, fusion: Fusion): tf.Tensor;
}

/** Parameters of a convolution. */
interface ConvolutionParams {
  readonly kernel: tf.Tensor;
  readonly bias?: tf.Tensor1D;
}

/** The names of an image's axes: `['batch', 'height', 'width', 'channels']`; of one axis `length`. */
export function imageAxes(rank: 1 | 2 | 3): string[] {
  return ['batch', ...(rank === 1 ? ['length'] : SPATIAL.slice(-rank)), 'channels'];
}

/** A convolution layer of any rank. */
export function convolutionLayer(
  { rank, plain, fused, name: kindName }: ConvolutionKind,
  options: Omit<ConvolutionOptions<number | readonly number[]>, 'padding'> & { readonly padding?: Border },
): CountedLayer<tf.Tensor, tf.Tensor> {
  const {
    filters,
    groups = 1,
    activation,
    useBias = true,
    kernelInitializer = glorotUniform,
    biasInitializer = zeros,
    name = kindName,
  } = options;
  checkPositiveInteger(name, 'filters', filters);
  checkPositiveInteger(name, 'groups', groups);
  check(
    filters % groups === 0,
    name,
    () => `expected groups to divide the filters, got ${groups} groups of ${filters} filters. Choose a divisor of ${filters}.`,
  );
  const { kernelSize, strides = 1, padding = 'valid', dilationRate = 1 } = options;
  const window = windowOf(
    { symbol: name, sizeOption: 'kernelSize', rank },
    { size: kernelSize, strides, padding, dilations: dilationRate },
  );
  return {
    name,
    init(key, input) {
      const { shape } = singleShape(name, input, imageAxes(rank), 'Reshape it; one channel is an axis too: tf.expandDims(x, -1).');
      const [batch, channels] = [shape[0], shape.at(-1)] as [number, number];
      check(
        channels % groups === 0,
        name,
        () => `expected groups to divide the channels, got ${groups} groups of ${channels} channels. Choose a divisor of ${channels}.`,
      );
      const output = shapeOf([batch, ...windowOutput(name, shape, window), filters]);
      const kernel = kernelInitializer(foldIn(key, 'kernel'), [...window.size, channels / groups, filters]);
      const params = useBias ? { kernel, bias: biasInitializer(foldIn(key, 'bias'), [filters]) } : { kernel };
      return { params, state: {}, output };
    },
    apply({ params, state }, x, { training }): [tf.Tensor, { state: Tree }] {
      const { kernel, bias } = params as unknown as ConvolutionParams;
      checkImage(name, rank, x.shape, (kernel.shape.at(-2) as number) * groups);
      const y = biasedActivation({
        activation,
        bias,
        training,
        plain: () => plain(x, kernel, window),
        fused: fused && groups === 1 ? (fusion) => fused(x, kernel, window, fusion) : undefined,
      });
      return [y, { state }];
    },
    flops: ({ params, output }) => contractionFlops((params as unknown as ConvolutionParams).kernel, output),
  };
}

/** Throws unless an input has the axes of an image and as many channels as the layer's variables were made for. */
export function checkImage(symbol: string, rank: 1 | 2 | 3, shape: Shape, channels: number): void {
  const axes = imageAxes(rank);
  check(
    shape.length === axes.length && shape.at(-1) === channels,
    symbol,
    () =>
      `expected input [${axes.slice(0, -1).join(',')},${channels}], got ${formatShape(shape)}. Pass inputs of the shape that init was given.`,
  );
}
