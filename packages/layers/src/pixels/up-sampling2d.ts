import * as tf from '@tensorflow/tfjs-core';
import { check, shapeOf, type Layer, type Tree } from '@kumiko/core';
import { imageAxes } from '../internal/convolution-layer.ts';
import { singleShape } from '../internal/single-shape.ts';
import { sizePair, type SizePair } from '../size-pair.ts';

/** Options of {@link upSampling2d}. */
export interface UpSampling2dOptions {
  /** How many times as many rows and columns. Default: 2. */
  readonly size?: SizePair;
  /** Whether to repeat pixels or to draw lines between their centers. Default: `'nearest'`. */
  readonly interpolation?: 'nearest' | 'bilinear';
  /** Name of the layer. Default: `'upSampling2d'`. */
  readonly name?: string;
}

/** `resizeBilinear` and `resizeNearestNeighbor` with the centers of pixels half a pixel from their corners. */
const resizes = {
  bilinear: (x: tf.Tensor4D, size: [number, number]): tf.Tensor => tf.image.resizeBilinear(x, size, false, true),
  nearest: (x: tf.Tensor4D, size: [number, number]): tf.Tensor => tf.image.resizeNearestNeighbor(x, size, false, true),
};

/**
 * Enlarges images by whole factors. Has no variables. A bilinear pixel lies at `(i + 0.5) / size - 0.5` of the input, held at the border
 * (PyTorch: `align_corners=False`).
 *
 * @param options all optional
 * @returns a layer of `[batch,height,width,channels]` to `[batch,height*size,width*size,channels]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * upSampling2d({ size: [2, 3] }).init(key(0), shapeOf([1, 8, 8, 4])).output; // shapeOf([1, 16, 24, 4])
 * @see tf.layers.upSampling2d, torch.nn.Upsample
 */
export function upSampling2d(options: UpSampling2dOptions = {}): Layer<tf.Tensor, tf.Tensor> {
  const { interpolation = 'nearest', name = 'upSampling2d' } = options;
  const [rows, columns] = sizePair(name, 'size', options.size ?? 2);
  check(
    Object.hasOwn(resizes, interpolation),
    name,
    () => `expected interpolation 'nearest' or 'bilinear', got '${String(interpolation)}'. Choose one of them.`,
  );
  return {
    name,
    init(_key, input) {
      const [batch, height, width, channels] = singleShape(name, input, imageAxes(2)).shape as [number, number, number, number];
      return { params: {}, state: {}, output: shapeOf([batch, height * rows, width * columns, channels]) };
    },
    apply({ state }, x): [tf.Tensor, { state: Tree }] {
      const [, height, width] = x.shape as [number, number, number, number];
      return [resizes[interpolation](x as tf.Tensor4D, [height * rows, width * columns]), { state }];
    },
  };
}
