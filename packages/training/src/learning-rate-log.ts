import * as tf from '@tensorflow/tfjs-core';
import type { Callback } from './callback.ts';
import type { TrainState } from './train-state.ts';

/** Options of {@link learningRateLog}. */
export interface LearningRateLogOptions {
  /** Its name in the logs. Default: `'learningRate'`. */
  readonly name?: string;
}

/**
 * A callback that adds the learning rate to the logs, so that the progress bar, every log and the history have it: the rate that the
 * next update takes.
 *
 * @param rate a schedule, as the optimizer has it, or a function that reads the rate from the state
 * @param options name in the logs
 * @example
 * const log = learningRateLog((step) => tf.mul<tf.Scalar>(0.5, step));
 * await log.addLogs?.({ epoch: 0, epochs: 1, batch: 3, batches: 3, step: 3, samples: 3, elapsed: 1, state: {} as TrainState }); // { learningRate: 1.5 }
 */
export function learningRateLog(
  rate: (step: tf.Scalar, state: TrainState) => tf.Tensor,
  { name = 'learningRate' }: LearningRateLogOptions = {},
): Callback {
  return {
    name: 'learningRateLog',
    async addLogs({ step, state }) {
      const value = tf.tidy(() => tf.clone(rate(tf.scalar(step, 'int32'), state)));
      const [number] = await value.data();
      value.dispose();
      return { [name]: number };
    },
  };
}
