import type { Scalar } from '@tensorflow/tfjs-core';
import type { Tree } from './tree.ts';

/** What some transforms need beyond the gradients. */
export interface TransformExtra {
  /** The loss at `params`. */
  readonly value?: Scalar;
  /** Evaluates loss and gradients elsewhere: line searches, SAM. */
  valueAndGrad?(params: Tree): [Scalar, Tree];
  /** An estimate of the Hessian's diagonal at `params`, of their structure; absent at steps without one: Sophia. */
  readonly curvature?: Tree;
}

/**
 * A gradient rewriter; an optimizer is a chain of these. `params' = params + updates`.
 * Pure: what lasts between calls is in the state tree that the caller holds.
 */
export interface Transform<S extends Tree = Tree> {
  readonly name: string;
  /** The state before the first update. */
  init(params: Tree): S;
  /** Rewrites gradients (or the updates of the transform before). Disposes nothing: wrap it in `tf.tidy`. */
  update(grads: Tree, state: S, params: Tree, extra?: TransformExtra): [updates: Tree, state: S];
  /** The parameters to evaluate with, where they differ from the trained ones (schedule-free, EMA). */
  evalParams?(params: Tree, state: S): Tree;
}
