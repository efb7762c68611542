import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '@kumiko/core';
import { adaptivePoolingLayer } from '../internal/adaptive-pooling-layer.ts';
import type { AdaptivePoolOptions } from './adaptive-pool-options.ts';

/**
 * The maximum of each part of an input that is cut into `outputSize` parts along each axis: part i reaches from `floor(i * in / out)` up to
 * before `ceil((i + 1) * in / out)`, so that parts overlap where `out` does not divide `in`. Has no variables.
 *
 * @param options `outputSize` is required; its length is the number of axes between the batch and the channels
 * @returns a layer of `[batch,positions...,channels]` to `[batch,...outputSize,channels]`
 * @throws KumikoError when a size is not a whole number of at least 1; `init` when the input's shape does not fit
 * @example
 * adaptiveMaxPool({ outputSize: [7, 7] }).init(key(0), shapeOf([1, 10, 16, 512])).output; // shapeOf([1, 7, 7, 512])
 * @see torch.nn.AdaptiveMaxPool2d
 */
export function adaptiveMaxPool(options: AdaptivePoolOptions): Layer<tf.Tensor, tf.Tensor> {
  return adaptivePoolingLayer('adaptiveMaxPool', tf.max, options);
}
