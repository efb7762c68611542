import * as tf from '@tensorflow/tfjs-core';
import { foldIn, shapeOf, type Tree } from '@kumiko/core';
import type { Activation } from '../activation.ts';
import type { CountedLayer } from '../counted-layer.ts';
import { glorotUniform } from '../initializers/glorot-uniform.ts';
import type { Initializer } from '../initializers/initializer.ts';
import { zeros } from '../initializers/zeros.ts';
import { biasedActivation } from '../internal/biased-activation.ts';
import { checkPositiveInteger } from '../internal/check-positive-integer.ts';
import { contractionFlops } from '../internal/contraction-flops.ts';
import { checkImage, imageAxes } from '../internal/convolution-layer.ts';
import { explicitPads } from '../internal/explicit-pads.ts';
import { singleShape } from '../internal/single-shape.ts';
import { windowOf } from '../internal/window.ts';
import { windowOutput } from '../internal/window-output.ts';
import type { Padding } from '../padding.ts';
import type { SizePair } from '../size-pair.ts';

/** Options of {@link depthwiseConv2d}. */
export interface DepthwiseConv2dOptions {
  /** Size of the window, in pixels. */
  readonly kernelSize: SizePair;
  /** Output channels for each input channel, at least 1. Default: 1. */
  readonly depthMultiplier?: number;
  /** Step of the window, in pixels. Default: 1. */
  readonly strides?: SizePair;
  /** How the window meets the border. Default: `'valid'`. */
  readonly padding?: Padding;
  /** Distance between the pixels that a window reads. Default: 1. Above 1 only with strides of 1. */
  readonly dilationRate?: SizePair;
  /** Applied to the result. Default: none. */
  readonly activation?: Activation;
  /** Whether to add a bias per output channel. Default: true. */
  readonly useBias?: boolean;
  /** First values of the kernel. Default: {@link glorotUniform}. */
  readonly kernelInitializer?: Initializer;
  /** First values of the bias. Default: {@link zeros}. */
  readonly biasInitializer?: Initializer;
  /** Name of the layer. Default: `'depthwiseConv2d'`. */
  readonly name?: string;
}

/** Parameters of {@link depthwiseConv2d}. */
interface DepthwiseConv2dParams {
  readonly kernel: tf.Tensor4D;
  readonly bias?: tf.Tensor1D;
}

/**
 * Convolution of each channel on its own:
 * `y[b,i,j,c*m + n] = activation(bias[c*m + n] + sum over p,q of x[b, i*s + p*d, j*s + q*d, c] * kernel[p,q,c,n])`, m the depth multiplier.
 *
 * Parameters: `kernel` float32 `[kernelHeight, kernelWidth, channels, depthMultiplier]`, `bias` float32 `[channels * depthMultiplier]`.
 * PyTorch's is `Conv2d` with `groups` equal to the channels.
 *
 * @param options `kernelSize` is required
 * @returns a layer of `[batch,height,width,channels]` to `[batch,height',width',channels * depthMultiplier]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * const layer = depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 });
 * layer.init(key(0), shapeOf([1, 28, 28, 3])).output; // shapeOf([1, 26, 26, 6])
 * @see tf.layers.depthwiseConv2d; Howard et al., "MobileNets", 2017
 */
export function depthwiseConv2d(options: DepthwiseConv2dOptions): CountedLayer<tf.Tensor, tf.Tensor> {
  const {
    kernelSize,
    depthMultiplier = 1,
    strides = 1,
    padding = 'valid',
    dilationRate = 1,
    activation,
    useBias = true,
    kernelInitializer = glorotUniform,
    biasInitializer = zeros,
    name = 'depthwiseConv2d',
  } = options;
  checkPositiveInteger(name, 'depthMultiplier', depthMultiplier);
  const names = { symbol: name, sizeOption: 'kernelSize', rank: 2 };
  const window = windowOf(names, { size: kernelSize, strides, padding, dilations: dilationRate });
  const steps = [...window.strides] as [number, number];
  const dilations = [...window.dilations] as [number, number];
  const pad = explicitPads(padding, 2) as 'same';
  return {
    name,
    init(key, input) {
      const { shape } = singleShape(name, input, imageAxes(2), 'Put images before it.');
      const [batch, channels] = [shape[0], shape[3]] as [number, number];
      const filters = channels * depthMultiplier;
      const output = shapeOf([batch, ...windowOutput(name, shape, window), filters]);
      const kernel = kernelInitializer(foldIn(key, 'kernel'), [...window.size, channels, depthMultiplier]);
      const params = useBias ? { kernel, bias: biasInitializer(foldIn(key, 'bias'), [filters]) } : { kernel };
      return { params, state: {}, output };
    },
    apply({ params, state }, x, { training }): [tf.Tensor, { state: Tree }] {
      const { kernel, bias } = params as unknown as DepthwiseConv2dParams;
      checkImage(name, 2, x.shape, kernel.shape[2]);
      const image = x as tf.Tensor4D;
      const y = biasedActivation({
        activation,
        bias,
        training,
        plain: () => tf.depthwiseConv2d(image, kernel, steps, pad, 'NHWC', dilations),
        fused: (fusion) => tf.fused.depthwiseConv2d({ x: image, filter: kernel, strides: steps, pad, dilations, ...fusion }),
      });
      return [y, { state }];
    },
    flops: ({ params, output }) => contractionFlops((params as unknown as DepthwiseConv2dParams).kernel, output),
  };
}
