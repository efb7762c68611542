import type { Tensor } from '@tensorflow/tfjs-core';
import {
  check,
  disposeTree,
  flatten,
  foldIn,
  formatShape,
  leaves,
  type KeyLike,
  type Layer,
  type LayerContext,
  type LayerInit,
  type ShapeTree,
  type Tree,
} from '@kumiko/core';
import { foldInTensor } from '@kumiko/ops';

/** A layer and the name it has among its siblings. */
export interface NamedLayer {
  readonly name: string;
  readonly layer: Layer;
}

/** Layers by the names that key their variables. */
export type LayerRecord = Readonly<Record<string, Layer>>;

/** The layers of a record as functions of tensors. */
export type LayerCalls<C extends LayerRecord> = {
  readonly [K in keyof C]: C[K] extends Layer<infer In, infer Out> ? (x: In) => Out : never;
};

/** The layers of a record as functions of shapes. */
export type ShapeCalls<C extends LayerRecord> = { readonly [K in keyof C]: (input: ShapeTree) => ShapeTree };

/** Options of {@link composite}. */
export interface CompositeOptions<C extends LayerRecord, In extends Tree, Out extends Tree> {
  /** Name of the layer. */
  readonly name: string;
  /** The output's shape; calls each layer as `forward` does. */
  readonly shapes: (input: ShapeTree, layers: ShapeCalls<C>) => ShapeTree;
  /** The output. A layer that is called again uses the same parameters, and the state that its last call left. */
  readonly forward: (x: In, layers: LayerCalls<C>, context: LayerContext) => Out;
}

/** A layer made of layers, as {@link composite} makes it. */
export interface Composite<In extends Tree = Tensor, Out extends Tree = Tensor> extends Layer<In, Out> {
  /** The layers, with the names that key the records of variables. */
  readonly children: readonly NamedLayer[];
  /** Shows every call of a layer with the shape of its input; the visitor returns that of its output. */
  visit(input: ShapeTree, visitor: (name: string, layer: Layer, input: ShapeTree) => ShapeTree): ShapeTree;
}

type TreeRecord = { readonly [name: string]: Tree };

/** A record without the entries that hold no tensor, so that saved variables load into the same structure. */
function withoutEmpty(entries: readonly (readonly [string, Tree])[]): TreeRecord {
  return Object.fromEntries(entries.filter(([, tree]) => leaves(tree).length > 0));
}

function childOf(tree: Tree | undefined, name: string): Tree {
  return (tree as TreeRecord | undefined)?.[name] ?? {};
}

function childKey(key: KeyLike, position: number): KeyLike {
  return 'words' in key ? foldIn(key, position) : foldInTensor(key, position);
}

/** The context of one call: the layer's own cache, and its own key, which is derived only when it is asked for. */
function childContext({ training, key, cache }: LayerContext, name: string, position: number): LayerContext {
  const own = (cache as TreeRecord | undefined)?.[name];
  const context = { training, ...(own && { cache: own }) };
  if (key === undefined) return context;
  return Object.defineProperty(context, 'key', { enumerable: true, get: () => childKey(key, position) });
}

/** Throws unless two calls of a layer take parameters of the same names and shapes. */
function checkSameForm(symbol: string, name: string, first: Tree, second: Tree): void {
  const form = (tree: Tree): string =>
    flatten<Tensor>(tree)
      .map((one) => `${one.name} ${formatShape(one.leaf.shape)}`)
      .join(', ');
  check(
    form(first) === form(second),
    symbol,
    () =>
      `expected every call of '${name}' to take the same parameters, got ${form(first)} and ${form(second)}. Call it with inputs of one size.`,
  );
}

/**
 * A layer made of layers and of two functions that lead its input through them: one over tensors, one over their shapes.
 *
 * Parameters and state are records keyed by the layers' names; layers without variables have no entry. Each layer draws its first values
 * from the key folded with its name. In a call, the key of the n-th call of a layer is `foldIn(key, n)`, counted from 0.
 *
 * @param layers by name
 * @param options all required
 * @returns a layer of what `forward` takes to what it returns
 * @throws KumikoError from `init` when shapes do not fit, or when calls of one layer would need parameters of different shapes
 * @example
 * const gated = composite(
 *   { gate: dense({ units: 4, activation: sigmoid }), value: dense({ units: 4 }) },
 *   {
 *     name: 'gated',
 *     shapes(input, { gate, value }) {
 *       gate(input);
 *       return value(input);
 *     },
 *     forward: (x, { gate, value }) => tf.mul(gate(x), value(x)),
 *   },
 * );
 * gated.init(key(0), shapeOf([8, 3])).output; // shapeOf([8, 4])
 * @see torch.nn.Module
 */
export function composite<C extends LayerRecord, In extends Tree = Tensor, Out extends Tree = Tensor>(
  layers: C,
  { name, shapes, forward }: CompositeOptions<C, In, Out>,
): Composite<In, Out> {
  const entries = Object.entries(layers);
  /** A record of functions, one a layer. */
  const calls = <F>(make: (child: string, layer: Layer) => F): Record<string, F> =>
    Object.fromEntries(entries.map(([child, layer]) => [child, make(child, layer)]));
  const visit: Composite['visit'] = (input, visitor) =>
    shapes(input, calls((child, layer) => (shape: ShapeTree) => visitor(child, layer, shape)) as ShapeCalls<C>);
  return {
    name,
    children: entries.map(([child, layer]) => ({ name: child, layer })),
    visit,
    init(key, input) {
      const made = new Map<string, LayerInit>();
      const output = visit(input, (child, layer, shape) => {
        const variables = layer.init(foldIn(key, child), shape);
        const first = made.get(child);
        if (first) {
          checkSameForm(name, child, first.params, variables.params);
          disposeTree([variables.params, variables.state], [first.params, first.state]);
        } else made.set(child, variables);
        return variables.output;
      });
      const record = (part: 'params' | 'state'): Tree => withoutEmpty(entries.map(([child]) => [child, made.get(child)?.[part] ?? {}]));
      return { params: record('params'), state: record('state'), output };
    },
    apply({ params, state }, x, context): [Out, { state: Tree; cache?: Tree }] {
      const states = new Map<string, Tree>();
      const caches = new Map<string, Tree>();
      let position = 0;
      const run = (child: string, layer: Layer, input: Tree): Tree => {
        const variables = { params: childOf(params, child), state: states.get(child) ?? childOf(state, child) };
        const [y, next] = layer.apply(variables, input, childContext(context, child, position++));
        states.set(child, next.state);
        if (next.cache) caches.set(child, next.cache);
        return y;
      };
      const y = forward(x, calls((child, layer) => (input: Tree) => run(child, layer, input)) as LayerCalls<C>, context);
      return [
        y,
        {
          state: withoutEmpty(entries.map(([child]) => [child, states.get(child) ?? childOf(state, child)])),
          ...(caches.size > 0 && { cache: withoutEmpty([...caches]) }),
        },
      ];
    },
  };
}
