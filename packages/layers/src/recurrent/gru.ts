import * as tf from '@tensorflow/tfjs-core';
import { recurrentLayer, type RecurrentCell } from '../internal/recurrent-cell.ts';
import type { RecurrentLayer } from './recurrent-layer.ts';
import type { RecurrentOptions } from './recurrent-options.ts';

/** Options of {@link gru}. */
export interface GruOptions extends RecurrentOptions {
  /** Whether the reset gate acts behind the recurrent product (PyTorch, cuDNN) or before it (the paper, tf.layers). Default: true. */
  readonly resetAfter?: boolean;
}

type Triple = [tf.Tensor, tf.Tensor, tf.Tensor];

/** `z h + (1 - z) n` */
function mix(z: tf.Tensor, hidden: tf.Tensor, n: tf.Tensor): tf.Tensor {
  return tf.add(n, tf.mul(z, tf.sub(hidden, n)));
}

/** The reset gate acts on the product with the hidden state, which has a bias of its own: the second row. */
const resetAfterCell: Omit<RecurrentCell, 'name' | 'gates' | 'bias' | 'carries'> = {
  inputBias: (bias) => tf.unstack(bias)[0] as tf.Tensor,
  step({ recurrentKernel, bias }, { hidden }, input, seen) {
    const product = tf.matMul(seen, recurrentKernel);
    const recurrent = bias ? tf.add(product, tf.unstack(bias)[1] as tf.Tensor) : product;
    const [xz, xr, xn] = tf.split(input, 3, 1) as Triple;
    const [hz, hr, hn] = tf.split(recurrent, 3, 1) as Triple;
    const reset = tf.sigmoid(tf.add(xr, hr));
    return { hidden: mix(tf.sigmoid(tf.add(xz, hz)), hidden, tf.tanh(tf.add(xn, tf.mul(reset, hn)))) };
  },
};

/** The reset gate acts on the hidden state, so that the candidate needs a product of its own. */
const resetBeforeCell: typeof resetAfterCell = {
  inputBias: (bias) => bias,
  step({ recurrentKernel }, { hidden }, input, seen) {
    const units = hidden.shape[1] as number;
    const [gateKernel, candidateKernel] = tf.split(recurrentKernel, [2 * units, units], 1) as [tf.Tensor2D, tf.Tensor2D];
    const [xGates, xn] = tf.split(input, [2 * units, units], 1) as [tf.Tensor, tf.Tensor];
    const gates = tf.sigmoid(tf.add(xGates, tf.matMul(seen, gateKernel)));
    const [z, r] = tf.split(gates, 2, 1) as [tf.Tensor, tf.Tensor];
    return { hidden: mix(z, hidden, tf.tanh(tf.add(xn, tf.matMul(tf.mul(r, seen), candidateKernel)))) };
  },
};

/**
 * Gated recurrent unit. With the gates `z = sigmoid(x Wz + h Uz + bz)` and `r = sigmoid(x Wr + h Ur + br)` for each step:
 * `h' = z h + (1 - z) n`, where `n = tanh(x Wn + bn + r (h Un + cn))` with the reset behind the product, and
 * `n = tanh(x Wn + bn + (r h) Un)` with the reset before it; h is 0 at first.
 *
 * Parameters: `kernel` float32 `[features, 3 units]`, `recurrentKernel` `[units, 3 units]`, `bias` `[2, 3 units]` (those of the input, those of
 * the hidden state), or `[3 units]` with the reset before; gates in the order z, r, n as in tf.layers. PyTorch's order is r, z, n.
 * Cache: `hidden` float32 `[batch,units]`.
 *
 * @param options `units` is required
 * @returns a layer of `[batch,steps,features]` to `[batch,units]`, or with `returnSequences` to `[batch,steps,units]`
 * @throws KumikoError when an option is out of range; `init` when the input has other axes; a training call that drops but has no key
 * @example
 * gru({ units: 16 }).init(key(0), shapeOf([8, 20, 4])).output; // shapeOf([8, 16])
 * @see Cho et al., "Learning phrase representations using RNN encoder-decoder", EMNLP 2014; tf.layers.gru, torch.nn.GRU
 */
export function gru(options: GruOptions): RecurrentLayer {
  const { units, resetAfter = true } = options;
  const cell = resetAfter ? resetAfterCell : resetBeforeCell;
  const shape = resetAfter ? [2, 3 * units] : [3 * units];
  return recurrentLayer({ ...cell, name: 'gru', gates: 3, bias: { shape }, carries: ['hidden'] }, options);
}
