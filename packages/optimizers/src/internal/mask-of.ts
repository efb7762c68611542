import type { Tensor } from '@tensorflow/tfjs-core';
import { check, flatten, mapTree, mapTreeWithNames, sameStructure, type Tree, type TreeOf } from '@kumiko/core';
import type { ParameterMask } from '../add-decayed-weights.ts';

/** The mask as a tree of booleans; throws when its structure is not the parameters'. */
export function maskOf(symbol: string, mask: ParameterMask | undefined, params: Tree): TreeOf<boolean> {
  if (mask === undefined) return mapTree<boolean, Tensor>(() => true, params);
  if (typeof mask === 'function') return mapTreeWithNames<boolean, Tensor>(mask, params);
  check(sameStructure(mask, params), symbol, () => {
    const names = flatten<Tensor>(params).map(({ name }) => name);
    return `expected a mask with the parameters' structure (${names.join(', ')}), got (${flatten(mask)
      .map(({ name }) => name)
      .join(', ')}). Pass one boolean a parameter, or a function.`;
  });
  return mask;
}
