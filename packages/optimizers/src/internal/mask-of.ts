import type { Tensor } from '@tensorflow/tfjs-core';
import { mapTree, mapTreeWithNames, type Tree, type TreeOf } from '@kumiko/core';
import type { ParameterMask } from '../add-decayed-weights.ts';

/** The mask as a tree of booleans, all of them true without one; throws when its structure is not the parameters'. */
export function maskOf(mask: ParameterMask = () => true, params: Tree): TreeOf<boolean> {
  return typeof mask === 'function'
    ? mapTreeWithNames<boolean, Tensor>(mask, params)
    : mapTree<boolean, Tensor, boolean>((_, on) => on, params, mask);
}
