import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '@kumiko/core';
import { pool2d } from '../internal/pool.ts';
import { poolingLayer } from '../internal/pooling-layer.ts';
import type { SizePair } from '../size-pair.ts';
import type { PoolingOptions } from './pooling-options.ts';

/** Options of {@link averagePool2d}. */
export type AveragePool2dOptions = PoolingOptions<SizePair>;

/**
 * The mean of each window over height and width: `y[b,i,j,c] = mean over p,q of x[b, i*s + p, j*s + q, c]`.
 * Has no variables. Only what a window covers of the input counts: a border changes no mean (PyTorch: `count_include_pad=False`).
 *
 * @param options all optional
 * @returns a layer of `[batch,height,width,channels]` to `[batch,height',width',channels]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * averagePool2d({ poolSize: 2 }).init(key(0), shapeOf([1, 26, 26, 32])).output; // shapeOf([1, 13, 13, 32])
 * @see tf.layers.averagePooling2d, torch.nn.AvgPool2d
 */
export function averagePool2d(options: AveragePool2dOptions = {}): Layer<tf.Tensor, tf.Tensor> {
  return poolingLayer({ name: 'averagePool2d', rank: 2, pool: (x, window) => pool2d(x, window, tf.avgPool) }, options);
}
