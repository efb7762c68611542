import * as tf from '@tensorflow/tfjs-core';
import { mapTree, mapTreeWithNames, type Schedule, type Transform, type Tree } from '@kumiko/core';
import type { ParameterMask } from '../add-decayed-weights.ts';
import { checkOption, nonNegative } from './check-option.ts';
import { checkShape } from './check-shapes.ts';
import { maskOf } from './mask-of.ts';

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

/** How a recipe follows the direction of a rule: `params = params - learningRate * (u + weightDecay * params)`. */
export interface Descent {
  readonly name: string;
  readonly learningRate: number | Schedule;
  /** Decay per unit of learning rate. Default: 0. */
  readonly weightDecay?: number;
  /** Which parameters decay. Default: all. */
  readonly mask?: ParameterMask | undefined;
}

/**
 * The transform of a rule, or the recipe that descends along its direction, in one sweep. Its state has a tree of the parameters' structure for
 * each slot and, if the rule counts or the learning rate is a schedule, the int32 scalar `step`.
 */
export function leafTransform<S extends Tree, K extends string, C = undefined>(
  { slots, shared, rule, ...definition }: LeafRule<K, C>,
  descent?: Descent,
): Transform<S> {
  const { name, learningRate, weightDecay = 0, mask }: Partial<Descent> & { name: string } = { ...definition, ...descent };
  if (typeof learningRate === 'number') checkOption(name, 'learningRate', learningRate, nonNegative, 1e-3);
  checkOption(name, 'weightDecay', weightDecay, nonNegative, 0.01);
  const names = Object.keys(slots) as K[];
  const bySlot = <V>(value: (slot: K, i: number) => V): { readonly [S in K]: V } =>
    Object.fromEntries(names.map((slot, i) => [slot, value(slot, i)])) as { [S in K]: V };
  const stateOf = (step: tf.Scalar | false | undefined, tree: (slot: K) => Tree): S =>
    ({ ...(step && { step }), ...bySlot(tree) }) as unknown as S;
  return {
    name,
    init(params) {
      maskOf(mask, params);
      return stateOf((shared !== undefined || typeof learningRate === 'function') && tf.scalar(0, 'int32'), (slot) =>
        mapTree<Tree, tf.Tensor>(slots[slot], params),
      );
    },
    update(grads, state, params) {
      const old = state as unknown as { readonly step?: tf.Scalar } & { readonly [S in K]: Tree };
      const step: tf.Scalar | undefined = old.step && tf.add(old.step, tf.scalar(1, 'int32'));
      const context = (step && shared?.(tf.cast(step, 'float32'))) as C;
      const rate = typeof learningRate === 'function' ? learningRate(old.step as tf.Scalar) : learningRate;
      // Functions, because records would be nodes of the tree.
      const results = mapTreeWithNames<() => ReturnType<typeof rule>, tf.Tensor, unknown>(
        (path, param, ...given) => {
          const [grad, decays, ...values] = given as [tf.Tensor, boolean, ...tf.Tensor[]];
          checkShape(name, 'gradient', path, grad, param);
          const [direction, after] = rule(
            { grad, param },
            bySlot((_slot, i) => values[i] as tf.Tensor),
            context,
          );
          names.forEach((slot, i) => checkShape(name, slot, path, values[i] as tf.Tensor, after[slot]));
          const decayed = decays && weightDecay ? tf.add(direction, tf.mul(param, weightDecay)) : direction;
          const update = rate === undefined ? direction : tf.neg(tf.mul(decayed, rate));
          return () => [update, after];
        },
        params,
        grads,
        maskOf(mask, params),
        ...names.map((slot) => old[slot]),
      );
      const pick = (from: (result: ReturnType<typeof rule>) => tf.Tensor): Tree =>
        mapTree<tf.Tensor, () => ReturnType<typeof rule>>((result) => from(result()), results);
      return [pick(([update]) => update), stateOf(step, (slot) => pick(([, after]) => after[slot]))];
    },
  };
}
