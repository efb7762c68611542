import type { Tensor } from '@tensorflow/tfjs-core';
import { check, uniqueNames, type Layer, type ShapeTree, type Tree } from '@kumiko/core';
import { composite, type Composite } from './composite.ts';
import { sharedLayers } from './internal/shared-layers.ts';

/** A chain of layers, as {@link sequential} makes it. */
export type Sequential<In extends Tree = Tensor, Out extends Tree = Tensor> = Composite<In, Out>;

/** Options of {@link sequential}. */
export interface SequentialOptions {
  /** Name of the layer. Default: `'sequential'`. */
  readonly name?: string;
}

/**
 * Layers one behind the other: `y = layerN(... layer2(layer1(x)))`.
 *
 * Parameters and state are records keyed by the layers' names, in order; a repeated name gets a number (`dense`, `dense_1`).
 * Layers without variables have no entry. Each layer draws its first values from the key folded with its name, so that
 * adding a layer behind does not change those before it. In a call, each layer's key is that of its position, `foldIn(key, position)`.
 *
 * @param layers at least one; one made by {@link shared} may stand at several places
 * @param options `name`
 * @returns a layer of the first one's input to the last one's output
 * @throws KumikoError when there are no layers or a name cannot key a record; `init` when shapes do not fit, naming the layer
 * @example
 * const model = sequential([dense({ units: 16, activation: relu }), dense({ units: 2 })]);
 * const { params, state } = model.init(key(0), shapeOf([1, 4]));
 * const [y] = model.apply({ params, state }, tf.zeros([1, 4]), { training: false }); // [1, 2]
 * @see tf.sequential, torch.nn.Sequential
 */
export function sequential<In extends Tree = Tensor, Out extends Tree = Tensor>(
  layers: readonly Layer[],
  { name = 'sequential' }: SequentialOptions = {},
): Sequential<In, Out> {
  check(layers.length > 0, name, () => 'expected at least one layer, got none. Pass for example [dense({ units: 10 })].');
  // Only a shared layer that stands in the chain again has the variables of its first place.
  const first = layers.map((layer, i) => (sharedLayers.has(layer) ? layers.indexOf(layer) : i));
  const own = [...new Set(first)];
  const names = uniqueNames(own.map((i) => (layers[i] as Layer).name));
  const children = Object.fromEntries(own.map((i, nth) => [names[nth] as string, layers[i] as Layer]));
  const order = first.map((i) => names[own.indexOf(i)] as string);
  return composite<Record<string, Layer>, In, Out>(children, {
    name,
    shapes: (input, calls) => order.reduce((shape, child) => (calls[child] as (input: ShapeTree) => ShapeTree)(shape), input),
    forward: (x, calls) => order.reduce<Tree>((value, child) => (calls[child] as (x: Tree) => Tree)(value), x) as Out,
  });
}
