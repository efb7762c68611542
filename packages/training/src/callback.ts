import type { TrainState } from './train-state.ts';

/** Numbers and reports by name. */
export type Logs = { readonly [name: string]: unknown };

/** Where a run stands. */
export interface Progress {
  /** Epoch, from 0. */
  readonly epoch: number;
  /** Epochs in all. */
  readonly epochs: number;
  /** Batches done in this epoch. */
  readonly batch: number;
  /** Batches in an epoch, once it is known: given to `fit`, or counted in its first epoch. */
  readonly batches: number | undefined;
  /** Samples done in this epoch. */
  readonly samples: number;
  /** Milliseconds that this epoch has taken. */
  readonly elapsed: number;
}

/** After a batch. */
export interface BatchEvent extends Progress {
  /** Loss of this batch. */
  readonly loss: number;
  /** Mean loss of the epoch so far, and each metric's result. Reading them costs; ask only for what you show. */
  logs(): Promise<Logs>;
  /** Ends the run after this batch. */
  stop(): void;
}

/** After an epoch and its validation. */
export interface EpochEvent extends Progress {
  /** The model as it is now. `fit` owns it: read or save it before you return, and dispose nothing. */
  readonly state: TrainState;
  /** Mean loss over the epoch, and each metric's result. */
  readonly train: Logs;
  /** The same over the validation data, if there are any. */
  readonly validation: Logs | undefined;
  /** Ends the run after this epoch. */
  stop(): void;
}

/** What wants to know how a run goes. Each function may be asynchronous; the run waits for it. */
export interface Callback {
  /** After every batch. */
  onBatch?(event: BatchEvent): void | Promise<void>;
  /** After every epoch and its validation. */
  onEpoch?(event: EpochEvent): void | Promise<void>;
  /** Once at the end, also after an error or an abort. */
  onEnd?(): void | Promise<void>;
}
