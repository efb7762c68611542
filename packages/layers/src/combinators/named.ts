import type { Layer } from '@kumiko/core';

/**
 * The same layer under another name, which keys its variables among its siblings.
 *
 * @param name not empty, without `/`, no whole number
 * @param layer any
 * @example
 * const { params } = sequential([named('head', dense({ units: 2 }))]).init(key(0), shapeOf([1, 4]));
 * Object.keys(params); // ['head']
 */
export function named<L extends Layer>(name: string, layer: L): L {
  return { ...layer, name };
}
