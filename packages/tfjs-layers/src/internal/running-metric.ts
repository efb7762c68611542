import * as tf from '@tensorflow/tfjs-core';
import { disposeTree, keepTree, leaves, mapTree, type Metric, type Tree } from '@kumiko/core';
import { scalarOf } from './scalar-of.ts';

/**
 * The state of a metric over the batches of an epoch. It holds tensors from `begin` to `end` only, and epochs nest: a callback may evaluate
 * the model while it is trained.
 */
export class RunningMetric {
  readonly #metric: Metric<Tree, never, unknown>;
  /** One for each epoch under way, the innermost last; undefined before its first batch. */
  readonly #states: (Tree | undefined)[] = [];

  constructor(metric: Metric<Tree, never, unknown>) {
    this.#metric = metric;
  }

  /** Starts an epoch. */
  begin(): void {
    this.#states.push(undefined);
  }

  /** Adds the state of one batch, which stays the caller's. Outside of epochs it does nothing. */
  add(batch: Tree): void {
    if (this.#states.length === 0) return;
    const previous = this.#states.at(-1);
    const next = tf.tidy(() => {
      const merged = previous === undefined ? batch : this.#metric.merge(previous, batch);
      const callers = new Set(leaves<tf.Tensor>(batch));
      return keepTree(mapTree<tf.Tensor, tf.Tensor>((leaf) => (callers.has(leaf) ? tf.clone(leaf) : leaf), merged));
    });
    this.#states[this.#states.length - 1] = next;
    if (previous !== undefined) disposeTree(previous, next);
  }

  /** The value over all batches since `begin`; undefined before the first. */
  value(): tf.Scalar | undefined {
    const state = this.#states.at(-1);
    return state === undefined ? undefined : tf.tidy(() => tf.clone(scalarOf(this.#metric.name, this.#metric.result(state))));
  }

  /** The same as a number. */
  async read(): Promise<number | undefined> {
    const value = this.value();
    if (value === undefined) return undefined;
    const [number] = await value.data();
    value.dispose();
    return number;
  }

  /** Ends the epoch that began last. */
  end(): void {
    const state = this.#states.pop();
    if (state !== undefined) disposeTree(state);
  }

  /** Ends every epoch, also those that an error left open. */
  clear(): void {
    while (this.#states.length > 0) this.end();
  }
}
