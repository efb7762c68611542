import * as tf from '@tensorflow/tfjs-core';
import { mapTree, mapTreeWithNames, type Schedule, type Transform, type Tree } from '@kumiko/core';
import { treeTransform, type CountingState, type DescentOptions } from './tree-transform.ts';

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
  /** What all parameters share at a step, which counts from 1 (float32). */
  readonly shared?: (step: tf.Scalar) => C;
  /** The update and the next slots, none of which may be a tensor of the old state. */
  readonly rule: (leaf: Leaf, slots: Slots<K>, shared: C) => readonly [update: tf.Tensor, slots: Slots<K>];
}

/** The recipe that descends along the direction of a rule. */
export interface Descent extends DescentOptions {
  readonly name: string;
  readonly learningRate: number | Schedule;
}

/** {@link treeTransform} of a rule for one parameter at a time: the state has a tree of the parameters' structure for each slot. */
export function leafTransform<S extends Tree, K extends string, C = undefined>(
  { slots, shared, rule, ...definition }: LeafRule<K, C>,
  descent?: Descent,
): Transform<S> {
  const names = Object.keys(slots) as K[];
  const bySlot = <V>(value: (slot: K, i: number) => V): { readonly [S in K]: V } =>
    Object.fromEntries(names.map((slot, i) => [slot, value(slot, i)])) as { [S in K]: V };
  return treeTransform<CountingState & { readonly [S in K]: Tree }>(
    (descent ?? definition).name,
    descent ? { learningRate: 1e-3, weightDecay: 0 } : {},
    { ...descent },
    slots,
    (grads, state, params) => {
      const context = shared?.(tf.cast(state.step, 'float32')) as C;
      // Functions, because records would be nodes of the tree.
      const results = mapTreeWithNames<() => ReturnType<typeof rule>, tf.Tensor, tf.Tensor>(
        (_name, param, ...[grad, ...values]) => {
          const result = rule(
            { grad: grad as tf.Tensor, param },
            bySlot((_slot, i) => values[i] as tf.Tensor),
            context,
          );
          return () => result;
        },
        params,
        grads,
        ...names.map((slot) => state[slot]),
      );
      const pick = (from: (result: ReturnType<typeof rule>) => tf.Tensor): Tree =>
        mapTree<tf.Tensor, () => ReturnType<typeof rule>>((result) => from(result()), results);
      return [pick(([update]) => update), { ...state, ...bySlot((slot) => pick(([, after]) => after[slot])) }];
    },
  ) as unknown as Transform<S>;
}
