import type * as tf from '@tensorflow/tfjs-core';
import { foldIn, type Tree } from '@kumiko/core';
import type { Activation } from '../activation.ts';
import type { CountedLayer } from '../counted-layer.ts';
import { glorotUniform } from '../initializers/glorot-uniform.ts';
import type { Initializer } from '../initializers/initializer.ts';
import { zeros } from '../initializers/zeros.ts';
import { checkPositiveInteger } from '../internal/check-positive-integer.ts';
import { conv2d } from './conv2d.ts';
import { depthwiseConv2d, type DepthwiseConv2dOptions } from './depthwise-conv2d.ts';

/** Options of {@link separableConv2d}. */
export interface SeparableConv2dOptions extends Omit<DepthwiseConv2dOptions, 'kernelInitializer'> {
  /** Number of output channels, at least 1. */
  readonly filters: number;
  /** Applied to the result. Default: none. */
  readonly activation?: Activation;
  /** First values of the kernel that each channel has. Default: {@link glorotUniform}. */
  readonly depthwiseInitializer?: Initializer;
  /** First values of the kernel that mixes the channels. Default: {@link glorotUniform}. */
  readonly pointwiseInitializer?: Initializer;
  /** Name of the layer. Default: `'separableConv2d'`. */
  readonly name?: string;
}

/** Parameters of {@link separableConv2d}. */
interface SeparableConv2dParams {
  readonly depthwiseKernel: tf.Tensor4D;
  readonly pointwiseKernel: tf.Tensor4D;
  readonly bias?: tf.Tensor1D;
}

/**
 * A convolution of each channel on its own, then one of 1 x 1 that mixes them: {@link depthwiseConv2d} without bias and activation, then
 * {@link conv2d} of size 1 with both.
 *
 * Parameters: `depthwiseKernel` float32 `[kernelHeight, kernelWidth, channels, depthMultiplier]`, `pointwiseKernel` float32
 * `[1, 1, channels * depthMultiplier, filters]`, `bias` float32 `[filters]`.
 *
 * @param options `filters` and `kernelSize` are required
 * @returns a layer of `[batch,height,width,channels]` to `[batch,height',width',filters]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * const layer = separableConv2d({ filters: 32, kernelSize: 3, padding: 'same' });
 * layer.init(key(0), shapeOf([1, 28, 28, 3])).output; // shapeOf([1, 28, 28, 32])
 * @see tf.layers.separableConv2d; Chollet, "Xception", CVPR 2017
 */
export function separableConv2d(options: SeparableConv2dOptions): CountedLayer<tf.Tensor, tf.Tensor> {
  const { filters, activation, useBias = true, biasInitializer = zeros, name = 'separableConv2d', ...window } = options;
  const { depthwiseInitializer = glorotUniform, pointwiseInitializer = glorotUniform } = options;
  checkPositiveInteger(name, 'filters', filters);
  const depthwise = depthwiseConv2d({ ...window, useBias: false, kernelInitializer: depthwiseInitializer, name });
  const pointwise = conv2d({
    filters,
    kernelSize: 1,
    useBias,
    kernelInitializer: pointwiseInitializer,
    biasInitializer,
    name,
    ...(activation && { activation }),
  });
  return {
    name,
    init(key, input) {
      const first = depthwise.init(foldIn(key, 'depthwise'), input);
      const second = pointwise.init(foldIn(key, 'pointwise'), first.output);
      const { kernel: depthwiseKernel } = first.params as unknown as { kernel: tf.Tensor };
      const { kernel: pointwiseKernel, ...bias } = second.params as unknown as { kernel: tf.Tensor; bias?: tf.Tensor };
      const params = { depthwiseKernel, pointwiseKernel, ...bias };
      return { params, state: {}, output: second.output };
    },
    apply({ params, state }, x, context): [tf.Tensor, { state: Tree }] {
      const { depthwiseKernel, pointwiseKernel, bias } = params as unknown as SeparableConv2dParams;
      const [middle] = depthwise.apply({ params: { kernel: depthwiseKernel }, state: {} }, x, context);
      const [y] = pointwise.apply({ params: { kernel: pointwiseKernel, ...(bias && { bias }) }, state: {} }, middle, context);
      return [y, { state }];
    },
    flops({ params, output, input }) {
      const { depthwiseKernel, pointwiseKernel } = params as unknown as SeparableConv2dParams;
      return [depthwiseKernel, pointwiseKernel].reduce((sum, kernel) => sum + depthwise.flops({ params: { kernel }, output, input }), 0);
    },
  };
}
