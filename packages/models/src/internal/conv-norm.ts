import type { Tensor } from '@tensorflow/tfjs-core';
import type { Layer } from '@kumiko/core';
import {
  activation,
  batchNorm,
  conv2d,
  depthwiseConv2d,
  sequential,
  type Activation,
  type Initializer,
  type Sequential,
} from '@kumiko/layers';

/** Options of {@link convNorm}. */
export interface ConvNormOptions {
  readonly name: string;
  /** Output channels; absent: as many as come in, each convolved on its own. */
  readonly filters?: number;
  readonly kernelSize: number;
  readonly strides?: number;
  /** Behind the normalisation. Default: none. */
  readonly activation?: Activation;
  readonly kernelInitializer: Initializer;
}

/** A convolution without bias that keeps the size but for its strides, `conv`; its normalisation as in torchvision, `norm`; an activation. */
export function convNorm(options: ConvNormOptions): Sequential {
  const { name, filters, kernelSize, strides = 1, activation: fn, kernelInitializer } = options;
  const window = { kernelSize, strides, padding: (kernelSize - 1) / 2, useBias: false, kernelInitializer, name: 'conv' };
  const conv: Layer<Tensor, Tensor> = filters === undefined ? depthwiseConv2d(window) : conv2d({ ...window, filters });
  const norm = batchNorm({ momentum: 0.9, epsilon: 1e-5, name: 'norm' });
  return sequential<Tensor, Tensor>(fn ? [conv, norm, activation(fn)] : [conv, norm], { name });
}
