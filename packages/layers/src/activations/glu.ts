import * as tf from '@tensorflow/tfjs-core';
import { check, shapeOf, type Layer, type Tree } from '@kumiko/core';
import type { Activation } from '../activation.ts';
import { channelsOf } from '../internal/channels-of.ts';
import { sigmoid } from './sigmoid.ts';

/** Options of {@link glu}. */
export interface GluOptions {
  /** Applied to the second half. Default: {@link sigmoid}; {@link silu} makes it SwiGLU, {@link gelu} GEGLU, {@link relu} ReGLU. */
  readonly activation?: Activation;
  /** Name of the layer. Default: `'glu'`. */
  readonly name?: string;
}

/**
 * The gated linear unit: the first half of the channels times the activated second half, `y = a * activation(b)` where `x = [a, b]`.
 * Has no variables.
 *
 * @param options all optional
 * @returns a layer of `[batch,...,2 channels]` to `[batch,...,channels]`
 * @throws KumikoError from `init` when the number of channels is odd
 * @example
 * const [y] = glu().apply({ params: {}, state: {} }, tf.tensor2d([[3, 5, 0, 0]]), { training: false });
 * y; // [[1.5, 2.5]]
 * @see Dauphin et al., "Language modeling with gated convolutional networks", ICML 2017; Shazeer, "GLU variants improve transformer", 2020; torch.nn.GLU
 */
export function glu({ activation = sigmoid, name = 'glu' }: GluOptions = {}): Layer<tf.Tensor, tf.Tensor> {
  return {
    name,
    init(_key, input) {
      const { leaf, channels } = channelsOf(name, input);
      check(
        channels % 2 === 0,
        name,
        () => `expected an even number of channels, got ${channels}. Give the layer before it twice the units.`,
      );
      return { params: {}, state: {}, output: shapeOf([...leaf.shape.slice(0, -1), channels / 2]) };
    },
    apply({ state }, x): [tf.Tensor, { state: Tree }] {
      const [values, gates] = tf.split(x, 2, -1) as [tf.Tensor, tf.Tensor];
      return [tf.mul(values, activation(gates)), { state }];
    },
  };
}
