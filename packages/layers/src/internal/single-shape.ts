import { check, formatShape, ShapeLeaf, type ShapeTree } from '@kumiko/core';

/**
 * The shape of a layer's one input, or an error that names the layer and the axes it expects.
 *
 * @param symbol the layer's name
 * @param input what `init` was given
 * @param axes names of the axes, for example `['batch', 'height', 'width', 'channels']`; absent: any shape
 * @param fix how to repair a wrong shape
 * @throws KumikoError when the input is not one tensor, has another number of axes, or a size below 1 or not whole
 */
export function singleShape(symbol: string, input: ShapeTree, axes?: readonly string[], fix = 'Pass an input of that shape.'): ShapeLeaf {
  check(
    input instanceof ShapeLeaf,
    symbol,
    () => `expected the shape of one tensor, got a tree of shapes. Pass shapeOf([...]), or take the tree apart before this layer.`,
  );
  const { shape } = input;
  check(
    axes === undefined || shape.length === axes.length,
    symbol,
    () => `expected input [${axes?.join(',')}], got ${formatShape(shape)}. ${fix}`,
  );
  check(
    shape.every((size) => Number.isInteger(size) && size > 0),
    symbol,
    () =>
      `expected every axis of the input to have a size of at least 1, got ${formatShape(shape)}. Pass whole positive sizes; any batch size will do.`,
  );
  return input;
}
