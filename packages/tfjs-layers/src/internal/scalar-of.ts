import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';

/** The result of a metric as the one number that a log holds. */
export function scalarOf(name: string, result: unknown): tf.Scalar {
  if (typeof result === 'number') return tf.scalar(result);
  check(
    result instanceof tf.Tensor && result.size === 1,
    'asMetric',
    () =>
      `expected a metric whose result is one number, got ${result instanceof tf.Tensor ? `a tensor ${formatShape(result.shape)}` : `a value of type ${typeof result}`} from '${name}'. Choose an average, or measure it outside of the model.`,
  );
  return tf.reshape(tf.cast(result, 'float32'), []);
}
