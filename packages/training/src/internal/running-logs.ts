import { tidy } from '@tensorflow/tfjs-core';
import { disposeTree, keepTree, type Tree } from '@kumiko/core';
import type { Batch } from '../batch.ts';
import type { Metrics } from '../train-step.ts';
import { readResult } from './read-result.ts';

/** What has been measured since the start of an epoch: the mean loss and the merged states of the metrics. */
export class RunningLogs<B extends Batch> {
  readonly #metrics: Metrics<B>;
  #states: Readonly<Record<string, Tree>> | undefined;
  #lossSum = 0;
  #samples = 0;

  constructor(metrics: Metrics<B>) {
    this.#metrics = metrics;
  }

  /** Takes in a batch: its loss and the states of the metrics that have seen it alone, which are the logs' from now on. */
  add(loss: number, samples: number, states: Readonly<Record<string, Tree>>): void {
    this.#lossSum += loss * samples;
    this.#samples += samples;
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
