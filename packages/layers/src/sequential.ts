import type { Tensor } from '@tensorflow/tfjs-core';
import { check, foldIn, leaves, uniqueNames, type KeyLike, type Layer, type LayerContext, type ShapeTree, type Tree } from '@kumiko/core';
import { foldInTensor } from '@kumiko/ops';

/** A layer and the name it has among its siblings. */
export interface NamedLayer {
  readonly name: string;
  readonly layer: Layer;
}

/** A chain of layers, as {@link sequential} makes it. */
export interface Sequential<In extends Tree = Tensor, Out extends Tree = Tensor> extends Layer<In, Out> {
  /** The layers in order, with the names that key the records of variables. */
  readonly children: readonly NamedLayer[];
}

/** Options of {@link sequential}. */
export interface SequentialOptions {
  /** Name of the layer. Default: `'sequential'`. */
  readonly name?: string;
}

type TreeRecord = { readonly [name: string]: Tree };

/** A record without the entries that hold no tensor, so that saved variables load into the same structure. */
function withoutEmpty(entries: readonly (readonly [string, Tree])[]): TreeRecord {
  return Object.fromEntries(entries.filter(([, tree]) => leaves(tree).length > 0));
}

function childOf(tree: Tree | undefined, name: string): Tree {
  return (tree as TreeRecord | undefined)?.[name] ?? {};
}

/** The context of one child: its own cache, and its own key, which is derived only when it is asked for. */
function childContext({ training, key, cache }: LayerContext, name: string, position: number): LayerContext {
  const own = (cache as TreeRecord | undefined)?.[name];
  const context = { training, ...(own && { cache: own }) };
  if (key === undefined) return context;
  return Object.defineProperty(context, 'key', { enumerable: true, get: () => childKey(key, position) });
}

function childKey(key: KeyLike, position: number): KeyLike {
  return 'words' in key ? foldIn(key, position) : foldInTensor(key, position);
}

/**
 * Layers one behind the other: `y = layerN(... layer2(layer1(x)))`.
 *
 * Parameters and state are records keyed by the layers' names, in order; a repeated name gets a number (`dense`, `dense_1`).
 * Layers without variables have no entry. Each layer draws its first values from the key folded with its name, so that
 * adding a layer behind does not change those before it. In a call, each layer's key is that of its position, `foldIn(key, position)`.
 *
 * @param layers at least one
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
  const names = uniqueNames(layers.map((layer) => layer.name));
  const children = layers.map((layer, i): NamedLayer => ({ name: names[i] as string, layer }));
  return {
    name,
    children,
    init(key, input) {
      let output: ShapeTree = input;
      const made = children.map(({ name: child, layer }) => {
        const variables = layer.init(foldIn(key, child), output);
        output = variables.output;
        return { child, ...variables };
      });
      return {
        params: withoutEmpty(made.map(({ child, params }) => [child, params])),
        state: withoutEmpty(made.map(({ child, state }) => [child, state])),
        output,
      };
    },
    apply({ params, state }, x, context): [Out, { state: Tree; cache?: Tree }] {
      let value: Tree = x;
      const states: [string, Tree][] = [];
      const caches: [string, Tree][] = [];
      for (const [position, { name: child, layer }] of children.entries()) {
        const [y, next] = layer.apply(
          { params: childOf(params, child), state: childOf(state, child) },
          value,
          childContext(context, child, position),
        );
        value = y;
        states.push([child, next.state]);
        if (next.cache) caches.push([child, next.cache]);
      }
      return [value as Out, { state: withoutEmpty(states), ...(caches.length > 0 && { cache: withoutEmpty(caches) }) }];
    },
  };
}
