import type * as tf from '@tensorflow/tfjs-core';
import type { Reduction } from './reduction.ts';

/** What every loss takes: how much each of its single losses counts, and how they are joined. */
export interface LossOptions {
  /**
   * Weight of each single loss: float32, of a shape that broadcasts to what the loss returns for `reduction: 'none'`,
   * for example `[batch,1]`. Default: 1 each.
   */
  readonly sampleWeights?: tf.Tensor;
  /** Default: `'mean'`. */
  readonly reduction?: Reduction;
}
