import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '@kumiko/core';
import { pool3d } from '../internal/pool.ts';
import { poolingLayer } from '../internal/pooling-layer.ts';
import type { SizeTriple } from '../size-triple.ts';
import type { PoolingOptions } from './pooling-options.ts';

/** Options of {@link maxPool3d}. */
export type MaxPool3dOptions = PoolingOptions<SizeTriple>;

/**
 * The maximum of each window over depth, height and width: `y[b,i,j,k,c] = max over p,q,r of x[b, i*s + p, j*s + q, k*s + r, c]`.
 * Has no variables. Positions that fill no whole window are left out under `'valid'`.
 *
 * @param options all optional
 * @returns a layer of `[batch,depth,height,width,channels]` to `[batch,depth',height',width',channels]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * maxPool3d({ poolSize: 2 }).init(key(0), shapeOf([1, 4, 8, 8, 2])).output; // shapeOf([1, 2, 4, 4, 2])
 * @see tf.layers.maxPooling3d, torch.nn.MaxPool3d
 */
export function maxPool3d(options: MaxPool3dOptions = {}): Layer<tf.Tensor, tf.Tensor> {
  return poolingLayer({ name: 'maxPool3d', rank: 3, pool: (x, window) => pool3d(x, window, tf.maxPool3d) }, options);
}
