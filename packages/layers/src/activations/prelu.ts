import * as tf from '@tensorflow/tfjs-core';
import { foldIn, type Layer, type Tree } from '@kumiko/core';
import { constantValues } from '../initializers/constant-values.ts';
import type { Initializer } from '../initializers/initializer.ts';
import { channelsOf } from '../internal/channels-of.ts';
import { checkChannels } from '../internal/check-channels.ts';

/** Options of {@link prelu}. */
export interface PreluOptions {
  /** First values of the slopes. Default: 0.25 each, as in the paper and PyTorch. */
  readonly alphaInitializer?: Initializer;
  /** Name of the layer. Default: `'prelu'`. */
  readonly name?: string;
}

/** Parameters of {@link prelu}. */
interface PreluParams {
  readonly alpha: tf.Tensor1D;
}

/**
 * The rectifier with a learned slope for each channel: `y = x` where x > 0, else `alpha x`.
 *
 * Parameters: `alpha` float32 `[channels]`. tf.layers learns one for each element instead.
 *
 * @param options all optional
 * @returns a layer of `[batch,...,channels]` to the same shape
 * @throws KumikoError from `init` when the input has fewer than two axes
 * @example
 * const layer = prelu();
 * const variables = layer.init(key(0), shapeOf([1, 2]));
 * layer.apply(variables, tf.tensor2d([[-4, 4]]), { training: false })[0]; // [[-1, 4]]
 * @see He et al., "Delving deep into rectifiers", ICCV 2015; torch.nn.PReLU
 */
export function prelu({ alphaInitializer = constantValues(0.25), name = 'prelu' }: PreluOptions = {}): Layer<tf.Tensor, tf.Tensor> {
  return {
    name,
    init(key, input) {
      const { leaf, channels } = channelsOf(name, input);
      return { params: { alpha: alphaInitializer(foldIn(key, 'alpha'), [channels]) }, state: {}, output: leaf };
    },
    apply({ params, state }, x): [tf.Tensor, { state: Tree }] {
      const { alpha } = params as unknown as PreluParams;
      checkChannels(name, x, alpha.size);
      return [tf.prelu(x, alpha), { state }];
    },
  };
}
