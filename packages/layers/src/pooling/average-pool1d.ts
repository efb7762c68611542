import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '@kumiko/core';
import { pool1d } from '../internal/pool.ts';
import { poolingLayer } from '../internal/pooling-layer.ts';
import type { PoolingOptions } from './pooling-options.ts';

/** Options of {@link averagePool1d}. */
export type AveragePool1dOptions = PoolingOptions<number>;

/**
 * The mean of each window over one axis: `y[b,i,c] = mean over p of x[b, i*s + p, c]`.
 * Has no variables. Only what a window covers of the input counts: a border changes no mean (PyTorch: `count_include_pad=False`).
 *
 * @param options all optional
 * @returns a layer of `[batch,length,channels]` to `[batch,length',channels]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * averagePool1d({ poolSize: 2 }).init(key(0), shapeOf([1, 10, 4])).output; // shapeOf([1, 5, 4])
 * @see tf.layers.averagePooling1d, torch.nn.AvgPool1d
 */
export function averagePool1d(options: AveragePool1dOptions = {}): Layer<tf.Tensor, tf.Tensor> {
  return poolingLayer({ name: 'averagePool1d', rank: 1, pool: (x, window) => pool1d(x, window, tf.avgPool) }, options);
}
