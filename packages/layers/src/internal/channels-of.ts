import { check, formatShape, type ShapeLeaf, type ShapeTree } from '@kumiko/core';
import { singleShape } from './single-shape.ts';

/**
 * The shape of a layer's one input `[batch,...,channels]`, with its size of the last axis.
 *
 * @throws KumikoError when the input is not one tensor or has fewer than two axes
 */
export function channelsOf(symbol: string, input: ShapeTree): { readonly leaf: ShapeLeaf; readonly channels: number } {
  const leaf = singleShape(symbol, input);
  check(
    leaf.shape.length >= 2,
    symbol,
    () => `expected input [batch,...,channels], got ${formatShape(leaf.shape)}. Give it a batch axis and a channel axis.`,
  );
  return { leaf, channels: leaf.shape.at(-1) as number };
}
