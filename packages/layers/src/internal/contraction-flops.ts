import { leaves, type ShapeLeaf, type ShapeTree, type Tree } from '@kumiko/core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Operations where every value of `kernel` is used once at every position of `[...positions,channels]`. */
export function contractionFlops(kernel: Tree | undefined, positions: ShapeTree): number {
  const [{ size }] = leaves(kernel as Tree) as [Tensor];
  const [{ shape }] = leaves<ShapeLeaf>(positions) as [ShapeLeaf];
  return 2 * size * shape.slice(0, -1).reduce((product, length) => product * length, 1);
}
