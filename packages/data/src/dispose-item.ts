/** @internal */
import { Tensor } from '@tensorflow/tfjs-core';
import { leaves, type TreeOf } from '@kumiko/core';

function tensorsOf(item: unknown): Set<Tensor> {
  return new Set(leaves(item as TreeOf<unknown>).filter((leaf) => leaf instanceof Tensor));
}

/** Disposes the tensors of an item that nobody will receive, except those that live on in another. Items without tensors are left alone. */
export function disposeItem(item: unknown, except?: unknown): void {
  const kept = tensorsOf(except);
  for (const tensor of tensorsOf(item)) if (!kept.has(tensor) && !tensor.isDisposed) tensor.dispose();
}
