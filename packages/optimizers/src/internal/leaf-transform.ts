import * as tf from '@tensorflow/tfjs-core';
import { flatten, mapTree, mapTreeWithNames, type Transform, type Tree } from '@kumiko/core';
import { checkShapes } from './check-shapes.ts';

/** One parameter, and what came for it. */
export interface Leaf {
  readonly grad: tf.Tensor;
  readonly param: tf.Tensor;
}

/** A rule that looks at one parameter at a time. */
export interface LeafRule<K extends string, C, V extends Tree> {
  readonly name: string;
  /** What is kept for each parameter: its names, and the first values. */
  readonly slots: { readonly [S in K]: (param: tf.Tensor) => V };
  /** What all parameters share at a step, which counts from 1 (float32). With it the state has a `step`. */
  readonly shared?: (step: tf.Scalar) => C;
  /** The update and the next slots, none of which may be a tensor of the old state. */
  readonly rule: (leaf: Leaf, slots: { readonly [S in K]: V }, shared: C) => readonly [update: tf.Tensor, slots: { readonly [S in K]: V }];
}

/** The transform of a rule; its state has the int32 scalar `step`, if the rule counts, and a tree of the parameters' structure for each slot. */
export function leafTransform<S extends Tree, K extends string, C = undefined, V extends Tree = tf.Tensor>(
  definition: LeafRule<K, C, V>,
): Transform<S> {
  const { name, slots, shared, rule } = definition;
  const names = Object.keys(slots) as K[];
  return {
    name,
    init(params) {
      const trees = names.map((slot) => [slot, mapTree<Tree, tf.Tensor>((param) => slots[slot](param), params)] as const);
      return { ...(shared && { step: tf.scalar(0, 'int32') }), ...Object.fromEntries(trees) } as unknown as S;
    },
    update(grads, state, params) {
      const old = state as unknown as { readonly step?: tf.Scalar } & { readonly [S in K]: Tree };
      checkShapes(name, grads, params);
      const step: tf.Scalar | undefined = old.step && tf.add(old.step, tf.scalar(1, 'int32'));
      const context = (step && shared?.(tf.cast(step, 'float32'))) as C;
      const results = new Map(
        flatten<tf.Tensor>(params).map(({ name: path, leaf: param }) => {
          const before = Object.fromEntries(names.map((slot) => [slot, at(old[slot], path)])) as { [S in K]: V };
          return [path, rule({ grad: at(grads, path) as tf.Tensor, param }, before, context)] as const;
        }),
      );
      const rebuilt = (pick: (result: readonly [tf.Tensor, { readonly [S in K]: V }]) => Tree): Tree =>
        mapTreeWithNames<Tree, tf.Tensor>((path) => pick(results.get(path) as readonly [tf.Tensor, { readonly [S in K]: V }]), params);
      const next = Object.fromEntries(names.map((slot) => [slot, rebuilt(([, after]) => after[slot])]));
      return [rebuilt(([update]) => update), { ...(step && { step }), ...next } as unknown as S];
    },
  };
}

function at(tree: Tree, path: string): Tree {
  return path === '' ? tree : path.split('/').reduce((node, key) => (node as Record<string, Tree>)[key] as Tree, tree);
}
