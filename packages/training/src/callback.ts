import type { Tree } from '@kumiko/core';
import type { RunPosition } from './run-position.ts';
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
  /** Updates done since the first epoch. */
  readonly step: number;
  /** Samples done in this epoch. */
  readonly samples: number;
  /** Milliseconds that this epoch has taken. */
  readonly elapsed: number;
}

/** What a callback may look at and do after a batch and after an epoch. */
export interface RunEvent extends Progress {
  /** The model as it is now. `fit` owns it: read or save it before you return, and dispose nothing. */
  readonly state: TrainState;
  /** What it takes, with the state, to go on from here. `fit` owns its tensors. */
  position(): RunPosition;
  /** Ends the run after this batch or epoch. */
  stop(): void;
}

/** After a batch. */
export interface BatchEvent extends RunEvent {
  /** Loss of this batch. */
  readonly loss: number;
  /** Mean loss of the epoch so far, and each metric's result. Reading them costs; ask only for what you show. */
  logs(): Promise<Logs>;
}

/** After an epoch and its validation. */
export interface EpochEvent extends RunEvent {
  /** Mean loss over the epoch, each metric's result, and what callbacks add. */
  readonly train: Logs;
  /** Loss and metrics over the validation data, if there are any. */
  readonly validation: Logs | undefined;
  /** Goes on with another state, of the same structure, which `fit` owns from now on; it disposes the one before. */
  replace(state: TrainState): void;
}

/** What a callback remembers between epochs, in a form that can be saved. */
export interface CallbackState {
  readonly values: { readonly [name: string]: number | string | boolean | null };
  readonly tensors: Tree;
}

/** What wants to know how a run goes. Each function may be asynchronous; the run waits for it. */
export interface Callback {
  /** Under which its memory is saved; two of one name get numbers. Needed with `save` and `load`. */
  readonly name?: string;
  /** Adds numbers to the logs of a batch that are asked for, and of every epoch. */
  addLogs?(event: Progress & { readonly state: TrainState }): Logs | Promise<Logs>;
  /** After every batch. */
  onBatch?(event: BatchEvent): void | Promise<void>;
  /** After every epoch and its validation; those that remember something are told first, so that others can save it. */
  onEpoch?(event: EpochEvent): void | Promise<void>;
  /** Once at the end, also after an error or an abort. */
  onEnd?(): void | Promise<void>;
  /** What it remembers; its tensors stay the callback's. */
  save?(): CallbackState;
  /** Goes on with what it remembered; the tensors are the callback's from now on. `stop` ends the run before its next batch. */
  load?(state: CallbackState, stop: () => void): void;
}
