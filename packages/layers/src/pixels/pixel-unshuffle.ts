import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, shapeOf, type Layer, type Tree } from '@kumiko/core';
import { checkPositiveInteger } from '../internal/check-positive-integer.ts';
import { imageAxes } from '../internal/convolution-layer.ts';
import { singleShape } from '../internal/single-shape.ts';
import type { PixelShuffleOptions } from './pixel-shuffle.ts';

/**
 * Turns pixels into channels, the inverse of {@link pixelShuffle}: `y[b, i, j, c*f*f + p*f + q] = x[b, i*f + p, j*f + q, c]`, f the factor.
 * Has no variables.
 *
 * @param options `factor` is required
 * @returns a layer of `[batch,height,width,channels]` to `[batch,height/f,width/f,channels*f*f]`
 * @throws KumikoError when `factor` is out of range; `init` when the input's shape does not fit
 * @example
 * pixelUnshuffle({ factor: 2 }).init(key(0), shapeOf([1, 16, 16, 3])).output; // shapeOf([1, 8, 8, 12])
 * @see torch.nn.PixelUnshuffle
 */
export function pixelUnshuffle({ factor, name = 'pixelUnshuffle' }: PixelShuffleOptions): Layer<tf.Tensor, tf.Tensor> {
  checkPositiveInteger(name, 'factor', factor);
  return {
    name,
    init(_key, input) {
      const { shape } = singleShape(name, input, imageAxes(2));
      const [batch, height, width, channels] = shape as [number, number, number, number];
      check(
        height % factor === 0 && width % factor === 0,
        name,
        () => `expected height and width in multiples of ${factor}, got ${formatShape(shape)}. Choose another factor or pad the images.`,
      );
      return { params: {}, state: {}, output: shapeOf([batch, height / factor, width / factor, channels * factor ** 2]) };
    },
    apply({ state }, x): [tf.Tensor, { state: Tree }] {
      const [batch, height, width, channels] = x.shape as [number, number, number, number];
      const [rows, columns] = [height / factor, width / factor];
      const split = tf.reshape(x, [batch, rows, factor, columns, factor, channels]);
      return [tf.reshape(tf.transpose(split, [0, 1, 3, 5, 2, 4]), [batch, rows, columns, channels * factor ** 2]), { state }];
    },
  };
}
