import type { Tree } from '@kumiko/core';

/** What a step learns from: a record of tensors whose first axis counts samples. `x` is the model's input; name the rest as you like. */
export type Batch = { readonly x: Tree; readonly [name: string]: Tree };

/** What a metric sees of a batch. */
export interface Evaluated<B extends Batch = Batch> {
  /** The model's output. */
  readonly output: Tree;
  readonly batch: B;
}
