import * as tf from '@tensorflow/tfjs-core';
import { shapeOf, type Layer, type Tree } from '@kumiko/core';
import { singleShape } from './internal/single-shape.ts';
import { sizePair, type SizePair } from './size-pair.ts';
import { windowOutput } from './internal/window-output.ts';
import type { Padding } from './padding.ts';

/** Options of {@link maxPool2d}. */
export interface MaxPool2dOptions {
  /** Size of the window, in pixels. Default: 2. */
  readonly poolSize?: SizePair;
  /** Step of the window, in pixels. Default: `poolSize`. */
  readonly strides?: SizePair;
  /** How the window meets the border. Default: `'valid'`. */
  readonly padding?: Padding;
  /** Name of the layer. Default: `'maxPool2d'`. */
  readonly name?: string;
}

/**
 * The maximum of each window over height and width: `y[b,i,j,c] = max over p,q of x[b, i*s + p, j*s + q, c]`.
 * Has no variables. Rows and columns that fill no whole window are left out under `'valid'`.
 *
 * @param options all optional
 * @returns a layer of `[batch,height,width,channels]` to `[batch,height',width',channels]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * maxPool2d({ poolSize: 2 }).init(key(0), shapeOf([1, 26, 26, 32])).output; // shapeOf([1, 13, 13, 32])
 * @see tf.layers.maxPooling2d, torch.nn.MaxPool2d
 */
export function maxPool2d(options: MaxPool2dOptions = {}): Layer<tf.Tensor, tf.Tensor> {
  const { padding = 'valid', name = 'maxPool2d' } = options;
  const poolSize = sizePair(name, 'poolSize', options.poolSize ?? 2);
  const strides = sizePair(name, 'strides', options.strides ?? poolSize);
  return {
    name,
    init(_key, input) {
      const { shape } = singleShape(name, input, ['batch', 'height', 'width', 'channels'], 'Put it behind a layer that makes images.');
      const [batch, , , channels] = shape as [number, number, number, number];
      return { params: {}, state: {}, output: shapeOf([batch, ...windowOutput(name, shape, poolSize, strides, padding), channels]) };
    },
    apply({ state }, x): [tf.Tensor, { state: Tree }] {
      return [tf.maxPool(x as tf.Tensor4D, poolSize, strides, padding), { state }];
    },
  };
}
