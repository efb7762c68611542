import type { Layer, Tree } from '@kumiko/core';
import { sharedLayers } from '../internal/shared-layers.ts';

/**
 * The same layer under a name, marked so that a {@link sequential} in which it stands at several places gives it one set of variables,
 * under that name. Its parameters then receive the gradients of all its places. Without the mark every place has variables of its own.
 *
 * Across other structures call one layer of a {@link composite} several times instead.
 *
 * @param name keys its variables
 * @param layer takes inputs of one shape at all its places
 * @example
 * const block = shared('block', dense({ units: 4, activation: relu }));
 * const { params } = sequential([block, block, block]).init(key(0), shapeOf([1, 4]));
 * Object.keys(params); // ['block']
 * @see Lan et al., "ALBERT: a lite BERT", ICLR 2020, which shares all parameters across layers
 */
export function shared<In extends Tree, Out extends Tree>(name: string, layer: Layer<In, Out>): Layer<In, Out> {
  const marked = { ...layer, name };
  sharedLayers.add(marked as unknown as Layer);
  return marked;
}
