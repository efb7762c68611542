import type { Schedule, Transform } from '@kumiko/core';
import { adamLeaf } from './internal/adam-leaf.ts';
import type { ScaleByAdamOptions, ScaleByAdamState } from './scale-by-adam.ts';

/** Options of {@link adam}. */
export interface AdamOptions extends ScaleByAdamOptions {
  /** Step size: at least 0, or a schedule. Default: 1e-3. */
  readonly learningRate?: number | Schedule;
}

/**
 * Adam: steps of about the learning rate in every parameter, `params = params - learningRate * m^ / (sqrt(v^) + epsilon)`,
 * with the bias-corrected means of {@link scaleByAdam}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = adam({ learningRate: 0.1 });
 * const params = { w: tf.scalar(1) };
 * const [updates, state] = optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params);
 * applyUpdates(params, updates); // { w: 0.9 }
 * @see Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015; torch.optim.Adam
 */
export function adam({ learningRate = 1e-3, ...moments }: AdamOptions = {}): Transform<ScaleByAdamState> {
  return adamLeaf(moments, { name: 'adam', learningRate });
}
