import * as tf from '@tensorflow/tfjs-core';
import type { Initializer } from '../initializers/initializer.ts';
import { recurrentLayer, type Carry } from '../internal/recurrent-cell.ts';
import type { RecurrentLayer } from './recurrent-layer.ts';
import type { RecurrentOptions } from './recurrent-options.ts';

/** Options of {@link lstm}. */
export interface LstmOptions extends RecurrentOptions {
  /** Whether the bias of the forget gate starts at 1 instead of 0. Default: true. Ignored where `biasInitializer` is given. */
  readonly unitForgetBias?: boolean;
}

/** Ones for the second of four gates. */
const forgetful: Initializer = (_key, [size]) =>
  tf.tidy(() => tf.concat([0, 1, 0, 0].map((value) => tf.fill([(size as number) / 4], value))));

/**
 * Long short-term memory. With `[i, f, g, o] = x kernel + h recurrentKernel + bias` for each step:
 * `c' = sigmoid(f) c + sigmoid(i) tanh(g)`, `h' = sigmoid(o) tanh(c')`, both 0 at first.
 *
 * Parameters: `kernel` float32 `[features, 4 units]`, `recurrentKernel` `[units, 4 units]`, `bias` `[4 units]`, with the gates in the order
 * i, f, g, o as in tf.layers and PyTorch; PyTorch's two biases are added. Cache: `hidden` and `cell`, float32 `[batch,units]`.
 *
 * @param options `units` is required
 * @returns a layer of `[batch,steps,features]` to `[batch,units]`, or with `returnSequences` to `[batch,steps,units]`
 * @throws KumikoError when an option is out of range; `init` when the input has other axes; a training call that drops but has no key
 * @example
 * const layer = lstm({ units: 16, returnSequences: true });
 * layer.init(key(0), shapeOf([8, 20, 4])).output; // shapeOf([8, 20, 16])
 * @see Hochreiter and Schmidhuber, "Long short-term memory", 1997; Gers et al., 2000; tf.layers.lstm, torch.nn.LSTM
 */
export function lstm(options: LstmOptions): RecurrentLayer {
  const { units, unitForgetBias = true } = options;
  return recurrentLayer(
    {
      name: 'lstm',
      gates: 4,
      bias: { shape: [4 * units], ...(unitForgetBias && { initializer: forgetful }) },
      carries: ['hidden', 'cell'],
      inputBias: (bias) => bias,
      step({ recurrentKernel }, { cell }, input, seen): Carry {
        const all = tf.add(input, tf.matMul(seen, recurrentKernel));
        const [i, f, g, o] = tf.split(all, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        const next = tf.add(tf.mul(tf.sigmoid(f), cell as tf.Tensor), tf.mul(tf.sigmoid(i), tf.tanh(g)));
        return { hidden: tf.mul(tf.sigmoid(o), tf.tanh(next)), cell: next };
      },
    },
    options,
  );
}
