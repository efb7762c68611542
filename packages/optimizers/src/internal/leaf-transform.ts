import * as tf from '@tensorflow/tfjs-core';
import { mapTree, mapTreeWithNames, type Transform, type Tree } from '@kumiko/core';
import { checkShape } from './check-shapes.ts';

/** One parameter, and what came for it. */
export interface Leaf {
  readonly grad: tf.Tensor;
  readonly param: tf.Tensor;
}

/** What is kept for one parameter. */
type Slots<K extends string> = { readonly [S in K]: tf.Tensor };

/** A rule that looks at one parameter at a time. */
export interface LeafRule<K extends string, C> {
  readonly name: string;
  /** What is kept for each parameter: its names, and the first values. */
  readonly slots: { readonly [S in K]: (param: tf.Tensor) => tf.Tensor };
  /** What all parameters share at a step, which counts from 1 (float32). With it the state has a `step`. */
  readonly shared?: (step: tf.Scalar) => C;
  /** The update and the next slots, none of which may be a tensor of the old state. */
  readonly rule: (leaf: Leaf, slots: Slots<K>, shared: C) => readonly [update: tf.Tensor, slots: Slots<K>];
}

/** The transform of a rule; its state has the int32 scalar `step`, if the rule counts, and a tree of the parameters' structure for each slot. */
export function leafTransform<S extends Tree, K extends string, C = undefined>({
  name,
  slots,
  shared,
  rule,
}: LeafRule<K, C>): Transform<S> {
  const names = Object.keys(slots) as K[];
  const bySlot = <V>(value: (slot: K, i: number) => V): { readonly [S in K]: V } =>
    Object.fromEntries(names.map((slot, i) => [slot, value(slot, i)])) as { [S in K]: V };
  const stateOf = (step: tf.Scalar | undefined, tree: (slot: K) => Tree): S => ({ ...(step && { step }), ...bySlot(tree) }) as unknown as S;
  return {
    name,
    init: (params) => stateOf(shared && tf.scalar(0, 'int32'), (slot) => mapTree<Tree, tf.Tensor>(slots[slot], params)),
    update(grads, state, params) {
      const old = state as unknown as { readonly step?: tf.Scalar } & { readonly [S in K]: Tree };
      const step: tf.Scalar | undefined = old.step && tf.add(old.step, tf.scalar(1, 'int32'));
      const context = (step && shared?.(tf.cast(step, 'float32'))) as C;
      // Functions, because records would be nodes of the tree.
      const results = mapTreeWithNames<() => ReturnType<typeof rule>, tf.Tensor, tf.Tensor>(
        (path, param, ...given) => {
          const [grad, ...values] = given as [tf.Tensor, ...tf.Tensor[]];
          checkShape(name, 'gradient', path, grad, param);
          const result = rule(
            { grad, param },
            bySlot((_slot, i) => values[i] as tf.Tensor),
            context,
          );
          names.forEach((slot, i) => checkShape(name, slot, path, values[i] as tf.Tensor, result[1][slot]));
          return () => result;
        },
        params,
        grads,
        ...names.map((slot) => old[slot]),
      );
      const pick = (from: (result: ReturnType<typeof rule>) => tf.Tensor): Tree =>
        mapTree<tf.Tensor, () => ReturnType<typeof rule>>((result) => from(result()), results);
      return [pick(([update]) => update), stateOf(step, (slot) => pick(([, after]) => after[slot]))];
    },
  };
}
