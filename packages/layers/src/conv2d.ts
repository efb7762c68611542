import * as tf from '@tensorflow/tfjs-core';
import { check, foldIn, formatShape, shapeOf, type Layer, type Tree } from '@kumiko/core';
import type { Activation } from './activation.ts';
import { biasedActivation } from './internal/biased-activation.ts';
import { checkPositiveInteger } from './internal/check-positive-integer.ts';
import { glorotUniform } from './initializers/glorot-uniform.ts';
import type { Initializer } from './initializers/initializer.ts';
import { zeros } from './initializers/zeros.ts';
import { singleShape } from './internal/single-shape.ts';
import { sizePair, type SizePair } from './size-pair.ts';
import { windowOutput } from './internal/window-output.ts';
import type { Padding } from './padding.ts';

/** Options of {@link conv2d}. */
export interface Conv2dOptions {
  /** Number of output channels, at least 1. */
  readonly filters: number;
  /** Size of the window, in pixels. */
  readonly kernelSize: SizePair;
  /** Step of the window, in pixels. Default: 1. */
  readonly strides?: SizePair;
  /** How the window meets the border. Default: `'valid'`. */
  readonly padding?: Padding;
  /** Applied to the result. Default: none. */
  readonly activation?: Activation;
  /** Whether to add a bias per output channel. Default: true. */
  readonly useBias?: boolean;
  /** First values of the kernel. Default: {@link glorotUniform}. */
  readonly kernelInitializer?: Initializer;
  /** First values of the bias. Default: {@link zeros}. */
  readonly biasInitializer?: Initializer;
  /** Name of the layer. Default: `'conv2d'`. */
  readonly name?: string;
}

/** Parameters of {@link conv2d}. */
interface Conv2dParams {
  readonly kernel: tf.Tensor4D;
  readonly bias?: tf.Tensor1D;
}

const AXES = ['batch', 'height', 'width', 'channels'];

/**
 * Convolution over height and width (as everywhere in the field, a cross-correlation):
 * `y[b,i,j,o] = activation(bias[o] + sum over p,q,c of x[b, i*s + p, j*s + q, c] * kernel[p,q,c,o])`.
 *
 * Parameters: `kernel` float32 `[kernelHeight, kernelWidth, channels, filters]`, `bias` float32 `[filters]`.
 * PyTorch's `Conv2d` has NCHW and `[out, in, kh, kw]` instead.
 *
 * @param options `filters` and `kernelSize` are required
 * @returns a layer of `[batch,height,width,channels]` to `[batch,height',width',filters]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * const layer = conv2d({ filters: 32, kernelSize: 3, activation: relu });
 * layer.init(key(0), shapeOf([1, 28, 28, 1])).output; // shapeOf([1, 26, 26, 32])
 * @see tf.layers.conv2d, torch.nn.Conv2d
 */
export function conv2d(options: Conv2dOptions): Layer<tf.Tensor, tf.Tensor> {
  const {
    filters,
    padding = 'valid',
    activation,
    useBias = true,
    kernelInitializer = glorotUniform,
    biasInitializer = zeros,
    name = 'conv2d',
  } = options;
  checkPositiveInteger(name, 'filters', filters);
  const kernelSize = sizePair(name, 'kernelSize', options.kernelSize);
  const strides = sizePair(name, 'strides', options.strides ?? 1);
  return {
    name,
    init(key, input) {
      const { shape } = singleShape(
        name,
        input,
        AXES,
        'Put images before it, or reshape to one channel: tf.reshape(x, [batch, height, width, 1]).',
      );
      const [batch, , , channels] = shape as [number, number, number, number];
      const output = shapeOf([batch, ...windowOutput(name, shape, kernelSize, strides, padding), filters]);
      const kernel = kernelInitializer(foldIn(key, 'kernel'), [...kernelSize, channels, filters]);
      const params = useBias ? { kernel, bias: biasInitializer(foldIn(key, 'bias'), [filters]) } : { kernel };
      return { params, state: {}, output };
    },
    apply({ params, state }, x, { training }): [tf.Tensor, { state: Tree }] {
      const { kernel, bias } = params as unknown as Conv2dParams;
      check(
        x.rank === 4 && x.shape[3] === kernel.shape[2],
        name,
        () =>
          `expected input [batch,height,width,${kernel.shape[2]}], got ${formatShape(x.shape)}. Pass inputs of the shape that init was given.`,
      );
      const image = x as tf.Tensor4D;
      const y = biasedActivation({
        activation,
        bias,
        training,
        plain: () => tf.conv2d(image, kernel, strides, padding),
        fused: (fusion) => tf.fused.conv2d({ x: image, filter: kernel, strides, pad: padding, ...fusion }),
      });
      return [y, { state }];
    },
  };
}
