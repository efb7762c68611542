import * as tf from '@tensorflow/tfjs-core';
import { check, shapeOf, type Layer, type Tree } from '@kumiko/core';
import { checkPositiveInteger } from '../internal/check-positive-integer.ts';
import { imageAxes } from '../internal/convolution-layer.ts';
import { singleShape } from '../internal/single-shape.ts';

/** Options of {@link pixelShuffle} and {@link pixelUnshuffle}. */
export interface PixelShuffleOptions {
  /** How many times as many rows and columns the larger image has, at least 1. */
  readonly factor: number;
  /** Name of the layer. Default: the name of its function. */
  readonly name?: string;
}

/**
 * Turns channels into pixels: `y[b, i*f + p, j*f + q, c] = x[b, i, j, c*f*f + p*f + q]`, f the factor. Has no variables.
 *
 * The channels' order is PyTorch's; `tf.depthToSpace` reads channel `(p*f + q)*channels + c` instead.
 *
 * @param options `factor` is required
 * @returns a layer of `[batch,height,width,channels*f*f]` to `[batch,height*f,width*f,channels]`
 * @throws KumikoError when `factor` is out of range; `init` when the input's shape does not fit
 * @example
 * pixelShuffle({ factor: 2 }).init(key(0), shapeOf([1, 8, 8, 12])).output; // shapeOf([1, 16, 16, 3])
 * @see Shi et al., "Real-time single image and video super-resolution using an efficient sub-pixel convolutional neural network", CVPR 2016; torch.nn.PixelShuffle
 */
export function pixelShuffle({ factor, name = 'pixelShuffle' }: PixelShuffleOptions): Layer<tf.Tensor, tf.Tensor> {
  checkPositiveInteger(name, 'factor', factor);
  return {
    name,
    init(_key, input) {
      const [batch, height, width, channels] = singleShape(name, input, imageAxes(2)).shape as [number, number, number, number];
      check(
        channels % factor ** 2 === 0,
        name,
        () => `expected channels in multiples of ${factor ** 2}, got ${channels}. Choose another factor or number of filters.`,
      );
      return { params: {}, state: {}, output: shapeOf([batch, height * factor, width * factor, channels / factor ** 2]) };
    },
    apply({ state }, x): [tf.Tensor, { state: Tree }] {
      const [batch, height, width, channels] = x.shape as [number, number, number, number];
      const depth = channels / factor ** 2;
      const split = tf.reshape(x, [batch, height, width, depth, factor, factor]);
      return [tf.reshape(tf.transpose(split, [0, 1, 4, 2, 5, 3]), [batch, height * factor, width * factor, depth]), { state }];
    },
  };
}
