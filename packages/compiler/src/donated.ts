/** @internal The border to tfjs' engine: handles of state that a call consumed say so, whatever is done with them. */
import * as tf from '@tensorflow/tfjs-core';
import { KumikoError, disposeTree, leaves, type Tree } from '@kumiko/core';

/** Stands for the data of every consumed tensor. */
const CONSUMED = {};

/** What is wrong with a consumed tensor, and what to do. */
export const CONSUMED_MESSAGE =
  'got state that a compiled step has consumed: it donates its first argument. Use the state that the call returned, ' +
  'copy what you keep with tf.clone before the call, or pass { donate: false }.';

function refuse(): never {
  throw new KumikoError('compile', `expected a live tensor, ${CONSUMED_MESSAGE}`);
}

/** The engine asks who holds some data before it runs a kernel on them, and the tensor whether it may be read. */
interface EngineState {
  readonly tensorInfo: WeakMap<object, { readonly backend: unknown }>;
}
interface Handle {
  dataId: object;
  throwIfDisposed(): void;
}

/** Disposes the tensors of a tree that a call consumed, except those that its result holds too. Used again, one that was disposed throws. */
export function consumeTree(tree: Tree, result: Tree): void {
  disposeTree(tree, result);
  const { tensorInfo } = (tf.engine() as unknown as { readonly state: EngineState }).state;
  if (!tensorInfo.has(CONSUMED)) tensorInfo.set(CONSUMED, Object.defineProperty({ backend: undefined }, 'backend', { get: refuse }));
  for (const tensor of leaves<tf.Tensor>(tree)) {
    if (!tensor.isDisposed) continue;
    const handle = tensor as unknown as Handle;
    handle.dataId = CONSUMED;
    handle.throwIfDisposed = refuse;
  }
}

/** Whether a call has consumed a tensor. */
export function isConsumed({ dataId }: tf.Tensor): boolean {
  return (dataId as object) === CONSUMED;
}
