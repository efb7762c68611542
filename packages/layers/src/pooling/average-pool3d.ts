import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '@kumiko/core';
import { pool3d } from '../internal/pool.ts';
import { poolingLayer } from '../internal/pooling-layer.ts';
import type { SizeTriple } from '../size-triple.ts';
import type { PoolingOptions } from './pooling-options.ts';

/** Options of {@link averagePool3d}. */
export type AveragePool3dOptions = PoolingOptions<SizeTriple>;

/**
 * The mean of each window over depth, height and width: `y[b,i,j,k,c] = mean over p,q,r of x[b, i*s + p, j*s + q, k*s + r, c]`.
 * Has no variables. Only what a window covers of the input counts: a border changes no mean (PyTorch: `count_include_pad=False`).
 *
 * @param options all optional
 * @returns a layer of `[batch,depth,height,width,channels]` to `[batch,depth',height',width',channels]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * averagePool3d({ poolSize: 2 }).init(key(0), shapeOf([1, 4, 8, 8, 2])).output; // shapeOf([1, 2, 4, 4, 2])
 * @see tf.layers.averagePooling3d, torch.nn.AvgPool3d
 */
export function averagePool3d(options: AveragePool3dOptions = {}): Layer<tf.Tensor, tf.Tensor> {
  return poolingLayer({ name: 'averagePool3d', rank: 3, pool: (x, window) => pool3d(x, window, tf.avgPool3d) }, options);
}
