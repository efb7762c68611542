import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '@kumiko/core';
import { pool1d } from '../internal/pool.ts';
import { poolingLayer } from '../internal/pooling-layer.ts';
import type { PoolingOptions } from './pooling-options.ts';

/** Options of {@link maxPool1d}. */
export type MaxPool1dOptions = PoolingOptions<number>;

/**
 * The maximum of each window over one axis: `y[b,i,c] = max over p of x[b, i*s + p, c]`.
 * Has no variables. Positions that fill no whole window are left out under `'valid'`.
 *
 * @param options all optional
 * @returns a layer of `[batch,length,channels]` to `[batch,length',channels]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * maxPool1d({ poolSize: 2 }).init(key(0), shapeOf([1, 10, 4])).output; // shapeOf([1, 5, 4])
 * @see tf.layers.maxPooling1d, torch.nn.MaxPool1d
 */
export function maxPool1d(options: MaxPool1dOptions = {}): Layer<tf.Tensor, tf.Tensor> {
  return poolingLayer({ name: 'maxPool1d', rank: 1, pool: (x, window) => pool1d(x, window, tf.maxPool) }, options);
}
