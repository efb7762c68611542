import type { Tree } from './tree.ts';

/**
 * A streaming metric: the state has a fixed size, and `merge` of two states is the state of both streams,
 * so that `result` does not depend on how the data was cut into batches.
 */
export interface Metric<S extends Tree, B, R> {
  readonly name: string;
  /** The state that has seen nothing. */
  init(): S;
  /** The state after one more batch. Disposes nothing. */
  update(state: S, batch: B): S;
  /** The state of two streams. */
  merge(a: S, b: S): S;
  /** What the state says. */
  result(state: S): R;
}
