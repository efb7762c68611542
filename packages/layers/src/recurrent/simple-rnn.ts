import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';
import { tanh } from '../activations/tanh.ts';
import { recurrentLayer } from '../internal/recurrent-cell.ts';
import type { RecurrentLayer } from './recurrent-layer.ts';
import type { RecurrentOptions } from './recurrent-options.ts';

/** Options of {@link simpleRnn}. */
export interface SimpleRnnOptions extends RecurrentOptions {
  /** Makes the hidden state. Default: {@link tanh}. */
  readonly activation?: Activation;
}

/**
 * The plain recurrent layer: `h' = activation(x kernel + h recurrentKernel + bias)` for each step, h 0 at first.
 *
 * Parameters: `kernel` float32 `[features, units]`, `recurrentKernel` `[units, units]`, `bias` `[units]`; PyTorch's two biases are added.
 * Cache: `hidden` float32 `[batch,units]`.
 *
 * @param options `units` is required
 * @returns a layer of `[batch,steps,features]` to `[batch,units]`, or with `returnSequences` to `[batch,steps,units]`
 * @throws KumikoError when an option is out of range; `init` when the input has other axes; a training call that drops but has no key
 * @example
 * simpleRnn({ units: 16 }).init(key(0), shapeOf([8, 20, 4])).output; // shapeOf([8, 16])
 * @see Elman, "Finding structure in time", 1990; tf.layers.simpleRNN, torch.nn.RNN
 */
export function simpleRnn(options: SimpleRnnOptions): RecurrentLayer {
  const { units, activation = tanh } = options;
  return recurrentLayer(
    {
      name: 'simpleRnn',
      gates: 1,
      bias: { shape: [units] },
      carries: ['hidden'],
      inputBias: (bias) => bias,
      step: ({ recurrentKernel }, _carry, input, seen) => ({ hidden: activation(tf.add(input, tf.matMul(seen, recurrentKernel))) }),
    },
    options,
  );
}
