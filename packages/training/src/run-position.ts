import type { Tree } from '@kumiko/core';
import type { CallbackState } from './callback.ts';

/** Where a run stands, beyond its train state: with both, it goes on to the bit as if it had not been cut off. */
export interface RunPosition {
  /** Epoch to go on in, from 0. */
  readonly epoch: number;
  /** Batches of that epoch that are done. */
  readonly batch: number;
  /** Updates done since the first epoch. */
  readonly step: number;
  /** Samples in a full batch, once one was seen. */
  readonly batchSize: number | undefined;
  /** Sum of the losses of the epoch so far, each times its samples. */
  readonly lossSum: number;
  /** Samples done in the epoch. */
  readonly samples: number;
  /** States of the metrics over the epoch so far, by name. */
  readonly metrics: Readonly<Record<string, Tree>>;
  /** What callbacks remember, by name. */
  readonly callbacks: Readonly<Record<string, CallbackState>>;
}
