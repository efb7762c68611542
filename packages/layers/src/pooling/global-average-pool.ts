import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '@kumiko/core';
import { globalPoolingLayer } from '../internal/global-pooling-layer.ts';
import type { GlobalPoolOptions } from './global-pool-options.ts';

/**
 * The mean of each channel over all positions, whatever axes stand between the batch and the channels. Has no variables.
 *
 * @param options all optional
 * @returns a layer of `[batch,positions...,channels]` to `[batch,channels]`, or `[batch,1,...,channels]` where the axes are kept
 * @throws KumikoError from `init` when the input has fewer than three axes
 * @example
 * globalAveragePool().init(key(0), shapeOf([8, 7, 7, 512])).output; // shapeOf([8, 512])
 * @see tf.layers.globalAveragePooling2d; Lin, Chen and Yan, "Network in network", ICLR 2014
 */
export function globalAveragePool(options: GlobalPoolOptions = {}): Layer<tf.Tensor, tf.Tensor> {
  return globalPoolingLayer('globalAveragePool', tf.mean, options);
}
