import * as tf from '@tensorflow/tfjs-core';
import type { Schedule } from '@kumiko/core';
import { checkOption, count, positive } from '../internal/check-option.ts';

/** Options of {@link noam}. */
export interface NoamOptions {
  /** Width of the model, at least 1. */
  readonly modelSize: number;
  /** Steps that rise, at least 1. */
  readonly warmupSteps: number;
  /** Multiplies the whole, above 0. Default: 1. */
  readonly factor?: number;
}

/**
 * The schedule of the first Transformer: `factor * modelSize^-0.5 * min(t^-0.5, t * warmupSteps^-1.5)` with `t = step + 1`:
 * a straight rise, then the inverse of the root.
 *
 * @param options `modelSize` and `warmupSteps` are required
 * @throws KumikoError when an option is out of range
 * @example
 * const schedule = noam({ modelSize: 4, warmupSteps: 25 });
 * schedule(tf.scalar(24, 'int32')); // 0.1
 * schedule(tf.scalar(99, 'int32')); // 0.05
 * @see Vaswani et al., "Attention is all you need", NeurIPS 2017, equation 3
 */
export function noam({ modelSize, warmupSteps, factor = 1 }: NoamOptions): Schedule {
  checkOption('noam', 'modelSize', modelSize, count, 512);
  checkOption('noam', 'warmupSteps', warmupSteps, count, 4000);
  checkOption('noam', 'factor', factor, positive, 1);
  const scale = factor / Math.sqrt(modelSize);
  return (step): tf.Scalar => {
    const t = tf.add(tf.cast(step, 'float32'), 1);
    return tf.mul(scale, tf.minimum(tf.rsqrt(t), tf.mul(t, warmupSteps ** -1.5)));
  };
}
