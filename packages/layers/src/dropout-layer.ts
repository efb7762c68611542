import type { Tensor } from '@tensorflow/tfjs-core';
import { check, type Layer, type Tree } from '@kumiko/core';
import { dropout } from '@kumiko/ops';
import { singleShape } from './internal/single-shape.ts';

/** Options of {@link dropoutLayer}. */
export interface DropoutLayerOptions {
  /** Name of the layer. Default: `'dropout'`. */
  readonly name?: string;
}

/**
 * In training sets each element to 0 with probability `rate` and multiplies the others by `1 / (1 - rate)`; else `y = x`.
 * Has no variables. What is dropped follows from the key of the call and the layer's place, so a step can be repeated to the bit.
 *
 * @param rate in [0, 1)
 * @param options `name`
 * @returns a layer of any shape to the same shape
 * @throws KumikoError when `rate` is out of range, or a training call has no key
 * @example
 * const [y] = dropoutLayer(0.5).apply({ params: {}, state: {} }, tf.ones([1000]), { training: true, key: key(0) });
 * Math.abs(tf.mean(y).dataSync()[0] - 1) < 0.1; // true
 * @see Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014; tf.layers.dropout, torch.nn.Dropout
 */
export function dropoutLayer(rate: number, { name = 'dropout' }: DropoutLayerOptions = {}): Layer<Tensor, Tensor> {
  check(rate >= 0 && rate < 1, name, () => `expected rate in [0, 1), got ${rate}. Pass for example 0.5.`);
  return {
    name,
    init(_key, input) {
      return { params: {}, state: {}, output: singleShape(name, input) };
    },
    apply({ state }, x, { training, key }): [Tensor, { state: Tree }] {
      if (!training || rate === 0) return [x, { state }];
      check(key !== undefined, name, () => 'expected a key in training, got none. Pass { training: true, key }; a training step does.');
      return [dropout(x, key, rate), { state }];
    },
  };
}
