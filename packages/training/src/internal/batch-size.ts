import type { Tensor } from '@tensorflow/tfjs-core';
import { leaves, type Tree } from '@kumiko/core';

/** Samples in a batch: the size of the first axis of its first tensor; 1 for a scalar or nothing. */
export function batchSize(tree: Tree): number {
  return leaves<Tensor>(tree)[0]?.shape[0] ?? 1;
}
