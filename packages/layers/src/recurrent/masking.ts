import * as tf from '@tensorflow/tfjs-core';
import { shapeOf, type Layer, type Tree } from '@kumiko/core';
import { singleShape } from '../internal/single-shape.ts';
import type { MaskedSequence } from './masked-sequence.ts';

/** Options of {@link masking}. */
export interface MaskingOptions {
  /** A step counts where any feature differs from it. Default: 0. */
  readonly maskValue?: number;
  /** Name of the layer. Default: `'masking'`. */
  readonly name?: string;
}

/**
 * Marks the steps that padding filled up, for the recurrent layers behind it: `mask[b,t] = any over f of x[b,t,f] != maskValue`.
 * Has no variables.
 *
 * @param options all optional
 * @returns a layer of `[batch,steps,features]` to a {@link MaskedSequence}
 * @throws KumikoError from `init` when the input has other axes
 * @example
 * const [{ mask }] = masking().apply({ params: {}, state: {} }, tf.tensor3d([[[1, 2], [0, 0]]]), { training: false });
 * mask; // [[1, 0]]
 * @see tf.layers.masking
 */
export function masking({ maskValue = 0, name = 'masking' }: MaskingOptions = {}): Layer<tf.Tensor, MaskedSequence> {
  return {
    name,
    init(_key, input) {
      const values = singleShape(name, input, ['batch', 'steps', 'features']);
      return { params: {}, state: {}, output: { values, mask: shapeOf(values.shape.slice(0, 2), 'bool') } };
    },
    apply({ state }, values): [MaskedSequence, { state: Tree }] {
      return [{ values, mask: tf.any(tf.notEqual(values, maskValue), -1) }, { state }];
    },
  };
}
