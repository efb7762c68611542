import type { BatchEvent, EpochEvent } from './callback.ts';
import type { RunPosition } from './run-position.ts';
import type { TrainState } from './train-state.ts';

const start: RunPosition = { epoch: 0, batch: 0, step: 0, batchSize: 1, lossSum: 0, samples: 0, metrics: {}, callbacks: {} };
const progress = {
  epoch: 0,
  epochs: 1,
  batch: 1,
  batches: 1 as number | undefined,
  step: 1,
  samples: 1,
  elapsed: 1,
  state: {} as TrainState,
  position: () => start,
  stop() {},
};

/** An event after a batch, for tests of callbacks. */
export function batchEvent(changes: Partial<BatchEvent> = {}): BatchEvent {
  return { ...progress, loss: 1, logs: () => Promise.resolve({}), ...changes };
}

/** An event after an epoch, for tests of callbacks. */
export function epochEvent(changes: Partial<EpochEvent> = {}): EpochEvent {
  return { ...progress, train: {}, validation: undefined, replace() {}, ...changes };
}
