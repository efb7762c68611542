import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '@kumiko/core';
import { pool2d } from '../internal/pool.ts';
import { poolingLayer } from '../internal/pooling-layer.ts';
import type { SizePair } from '../size-pair.ts';
import type { PoolingOptions } from './pooling-options.ts';

/** Options of {@link maxPool2d}. */
export type MaxPool2dOptions = PoolingOptions<SizePair>;

/**
 * The maximum of each window over height and width: `y[b,i,j,c] = max over p,q of x[b, i*s + p, j*s + q, c]`.
 * Has no variables. Positions that fill no whole window are left out under `'valid'`.
 *
 * @param options all optional
 * @returns a layer of `[batch,height,width,channels]` to `[batch,height',width',channels]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * maxPool2d({ poolSize: 2 }).init(key(0), shapeOf([1, 26, 26, 32])).output; // shapeOf([1, 13, 13, 32])
 * @see tf.layers.maxPooling2d, torch.nn.MaxPool2d
 */
export function maxPool2d(options: MaxPool2dOptions = {}): Layer<tf.Tensor, tf.Tensor> {
  return poolingLayer({ name: 'maxPool2d', rank: 2, pool: (x, window) => pool2d(x, window, tf.maxPool) }, options);
}
