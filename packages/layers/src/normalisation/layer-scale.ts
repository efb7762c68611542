import * as tf from '@tensorflow/tfjs-core';
import { foldIn, type Layer, type Tree } from '@kumiko/core';
import { constantValues } from '../initializers/constant-values.ts';
import { channelsOf } from '../internal/channels-of.ts';
import { checkChannels } from '../internal/check-channels.ts';

/** Options of {@link layerScale}. */
export interface LayerScaleOptions {
  /** First value of every factor. Default: 1e-5. */
  readonly initialScale?: number;
  /** Name of the layer. Default: `'layerScale'`. */
  readonly name?: string;
}

/** Parameters of {@link layerScale}. */
interface LayerScaleParams {
  readonly scale: tf.Tensor1D;
}

/**
 * Multiplies each channel by a learned factor that starts small: `y = x * scale`. At the end of the body of a {@link residual} it lets a
 * deep network start near the identity.
 *
 * Parameters: `scale` float32 `[channels]`.
 *
 * @param options all optional
 * @returns a layer of `[batch,...,channels]` to the same shape
 * @throws KumikoError from `init` when the input has fewer than two axes
 * @example
 * const layer = layerScale({ initialScale: 0.5 });
 * const variables = layer.init(key(0), shapeOf([1, 2]));
 * layer.apply(variables, tf.tensor2d([[2, 4]]), { training: false })[0]; // [[1, 2]]
 * @see Touvron et al., "Going deeper with image transformers", ICCV 2021
 */
export function layerScale({ initialScale = 1e-5, name = 'layerScale' }: LayerScaleOptions = {}): Layer<tf.Tensor, tf.Tensor> {
  return {
    name,
    init(key, input) {
      const { leaf, channels } = channelsOf(name, input);
      return { params: { scale: constantValues(initialScale)(foldIn(key, 'scale'), [channels]) }, state: {}, output: leaf };
    },
    apply({ params, state }, x): [tf.Tensor, { state: Tree }] {
      const { scale } = params as unknown as LayerScaleParams;
      checkChannels(name, x, scale.size);
      return [tf.mul(x, scale), { state }];
    },
  };
}
