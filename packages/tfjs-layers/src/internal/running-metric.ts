import * as tf from '@tensorflow/tfjs-core';
import { disposeTree, keepTree, leaves, mapTree, type Metric, type Tree } from '@kumiko/core';
import { scalarOf } from './scalar-of.ts';

/** The state of a metric over the batches of an epoch. It holds tensors from `begin` to `end` only. */
export class RunningMetric {
  readonly #metric: Metric<Tree, never, unknown>;
  #state: Tree | undefined;
  #open = false;

  constructor(metric: Metric<Tree, never, unknown>) {
    this.#metric = metric;
  }

  /** Starts an epoch. */
  begin(): void {
    this.end();
    this.#open = true;
  }

  /** Adds the state of one batch, which stays the caller's. */
  add(batch: Tree): void {
    if (!this.#open) return;
    const previous = this.#state;
    const next = tf.tidy(() => {
      const merged = previous === undefined ? batch : this.#metric.merge(previous, batch);
      const callers = new Set(leaves<tf.Tensor>(batch));
      return keepTree(mapTree<tf.Tensor, tf.Tensor>((leaf) => (callers.has(leaf) ? tf.clone(leaf) : leaf), merged));
    });
    this.#state = next;
    if (previous !== undefined) disposeTree(previous, next);
  }

  /** The value over all batches since `begin`; undefined before the first. */
  value(): tf.Scalar | undefined {
    const state = this.#state;
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

  /** Frees the state and ignores batches until the next `begin`. */
  end(): void {
    if (this.#state !== undefined) disposeTree(this.#state);
    this.#state = undefined;
    this.#open = false;
  }
}
