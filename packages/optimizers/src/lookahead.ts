import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Transform, type Tree } from '@kumiko/core';
import { checkOption, count, type Range } from './internal/check-option.ts';
import { selectTree } from './internal/select-tree.ts';

const stepRange: Range = { text: '(0, 1]', contains: (value) => value > 0 && value <= 1 };

/** Options of {@link lookahead}. */
export interface LookaheadOptions {
  /** Steps between two synchronisations, at least 1. Default: 6. */
  readonly syncSteps?: number;
  /** Part of the way that the slow parameters go, in (0, 1]. Default: 0.5. */
  readonly slowStep?: number;
}

/** State of {@link lookahead}. */
export type LookaheadState<S extends Tree> = {
  /** Updates since the last synchronisation, int32 scalar. */
  readonly step: tf.Scalar;
  /** The slow parameters. */
  readonly slow: Tree;
  /** State of the optimizer inside. */
  readonly inner: S;
};

/**
 * Slow parameters behind fast ones: every `syncSteps` steps `slow' = slow + slowStep * (fast - slow)`, and the fast ones,
 * which are the parameters that train, start again from there.
 *
 * @param inner the optimizer of the fast parameters
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = lookahead(sgd({ learningRate: 1 }), { syncSteps: 1, slowStep: 0.25 });
 * const params = { w: tf.scalar(4) };
 * optimizer.update({ w: tf.scalar(4) }, optimizer.init(params), params)[0]; // { w: -1 }
 * @see Zhang et al., "Lookahead optimizer: k steps forward, 1 step back", NeurIPS 2019, algorithm 1; optax.lookahead
 */
export function lookahead<S extends Tree>(
  inner: Transform<S>,
  { syncSteps = 6, slowStep = 0.5 }: LookaheadOptions = {},
): Transform<LookaheadState<S>> {
  checkOption('lookahead', 'syncSteps', syncSteps, count, 6);
  checkOption('lookahead', 'slowStep', slowStep, stepRange, 0.5);
  const { evalParams } = inner;
  return {
    name: 'lookahead',
    init: (params) => ({
      step: tf.scalar(0, 'int32'),
      slow: mapTree<tf.Tensor, tf.Tensor>((param) => tf.clone(param), params),
      inner: inner.init(params),
    }),
    update(grads, state, params, extra) {
      const [updates, next] = inner.update(grads, state.inner, params, extra);
      const counted: tf.Scalar = tf.add(state.step, tf.scalar(1, 'int32'));
      const synchronises = tf.equal(counted, syncSteps);
      const moved = mapTree<tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor>(
        (slow, param, update) => tf.add(slow, tf.mul(tf.sub(tf.add(param, update), slow), slowStep)),
        state.slow,
        params,
        updates,
      );
      const back = mapTree<tf.Tensor, tf.Tensor, tf.Tensor>((slow, param) => tf.sub(slow, param), moved, params);
      return [
        selectTree(synchronises, back, updates),
        {
          step: tf.where(synchronises, tf.scalar(0, 'int32'), counted),
          slow: selectTree(synchronises, moved, state.slow),
          inner: next,
        },
      ];
    },
    ...(evalParams && { evalParams: (params: Tree, state: LookaheadState<S>) => evalParams(params, state.inner) }),
  };
}
