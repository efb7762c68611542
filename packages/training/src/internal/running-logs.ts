import { tidy } from '@tensorflow/tfjs-core';
import { disposeTree, keepTree, type Tree } from '@kumiko/core';
import type { Batch } from '../batch.ts';
import type { Metrics } from '../train-step.ts';
import { readResult } from './read-result.ts';

/** Sums of an epoch so far, as a run keeps them that is to be resumed. */
export interface RunningSums {
  readonly lossSum: number;
  readonly samples: number;
  /** States of the metrics by name; empty before the first batch. */
  readonly metrics: Readonly<Record<string, Tree>>;
}

/** What has been measured since the start of an epoch: the mean loss and the merged states of the metrics. */
export class RunningLogs<B extends Batch> {
  readonly #metrics: Metrics<B>;
  #states: Readonly<Record<string, Tree>> | undefined;
  #lossSum: number;
  #samples: number;

  /** @param from the sums to go on with, whose tensors are the logs' from now on */
  constructor(metrics: Metrics<B>, from?: RunningSums) {
    this.#metrics = metrics;
    this.#lossSum = from?.lossSum ?? 0;
    this.#samples = from?.samples ?? 0;
    this.#states = from && Object.keys(from.metrics).length > 0 ? from.metrics : undefined;
  }

  /**
   * Takes in a batch: its loss and the states of the metrics that have seen it alone, which are the logs' from now on.
   * Metrics that cannot tell samples from those that fill up a batch have not seen it: no states.
   */
  add(loss: number, samples: number, states?: Readonly<Record<string, Tree>>): void {
    this.#lossSum += loss * samples;
    this.#samples += samples;
    if (states === undefined) return;
    const before = this.#states;
    this.#states =
      before === undefined
        ? keepTree(states)
        : tidy(() =>
            keepTree(
              Object.fromEntries(
                Object.entries(this.#metrics).map(([name, { merge }]) => [name, merge(before[name] as Tree, states[name] as Tree)]),
              ),
            ),
          );
    if (before !== undefined) disposeTree([before, states], this.#states);
  }

  /** Samples taken in. */
  get samples(): number {
    return this.#samples;
  }

  /** Mean loss, each batch weighed by its samples; NaN before the first. */
  get loss(): number {
    return this.#lossSum / this.#samples;
  }

  /** The sums, whose tensors stay the logs'. */
  get sums(): RunningSums {
    return { lossSum: this.#lossSum, samples: this.#samples, metrics: this.#states ?? {} };
  }

  /** The loss and each metric's result. */
  async read(): Promise<Record<string, unknown>> {
    const read: Record<string, unknown> = { loss: this.loss };
    for (const [name, metric] of Object.entries(this.#metrics)) {
      const state = this.#states?.[name];
      if (state !== undefined) read[name] = await readResult(metric.result(state));
    }
    return read;
  }

  dispose(): void {
    if (this.#states !== undefined) disposeTree(this.#states);
    this.#states = undefined;
  }
}
