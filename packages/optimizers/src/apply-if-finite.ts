import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Transform, type Tree } from '@kumiko/core';
import { allFinite } from './internal/all-finite.ts';
import { checkOption, count } from './internal/check-option.ts';
import { selectTree } from './internal/select-tree.ts';

/** Options of {@link applyIfFinite}. */
export interface ApplyIfFiniteOptions {
  /** So many bad steps in a row are skipped, at least 1; the next one goes through, so that a lost run is seen. Default: no limit. */
  readonly maxConsecutive?: number;
}

/** State of {@link applyIfFinite}. */
export type ApplyIfFiniteState<S extends Tree> = {
  /** Bad steps in a row until now, int32 scalar. */
  readonly consecutive: tf.Scalar;
  /** All bad steps, int32 scalar. */
  readonly total: tf.Scalar;
  /** State of the transform inside. */
  readonly inner: S;
};

/**
 * Skips a step whose gradients are not all finite: its updates are 0, and the state of the transform inside stays.
 *
 * @param inner any transform
 * @param options `maxConsecutive`
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = applyIfFinite(trace(0.5));
 * const params = { w: tf.scalar(0) };
 * const [updates, state] = transform.update({ w: tf.scalar(NaN) }, transform.init(params), params);
 * updates; // { w: 0 }
 * state.total; // 1
 * @see optax.apply_if_finite, which looks at the updates of the transform inside
 */
export function applyIfFinite<S extends Tree>(
  inner: Transform<S>,
  { maxConsecutive }: ApplyIfFiniteOptions = {},
): Transform<ApplyIfFiniteState<S>> {
  if (maxConsecutive !== undefined) checkOption('applyIfFinite', 'maxConsecutive', maxConsecutive, count, 5);
  const { evalParams } = inner;
  return {
    name: 'applyIfFinite',
    init: (params) => ({ consecutive: tf.scalar(0, 'int32'), total: tf.scalar(0, 'int32'), inner: inner.init(params) }),
    update(grads, state, params, extra) {
      const finite = allFinite(grads);
      const bad = tf.cast(tf.logicalNot(finite), 'int32');
      const consecutive: tf.Scalar = tf.mul(tf.add(state.consecutive, bad), bad);
      const applies = maxConsecutive === undefined ? finite : tf.logicalOr(finite, tf.greater(consecutive, maxConsecutive));
      const [updates, next] = inner.update(grads, state.inner, params, extra);
      const zeros = mapTree<tf.Tensor, tf.Tensor>((update) => tf.zerosLike(update), updates);
      return [
        selectTree(applies, updates, zeros),
        { consecutive, total: tf.add(state.total, bad), inner: selectTree(applies, next, state.inner) },
      ];
    },
    ...(evalParams && { evalParams: (params: Tree, state: ApplyIfFiniteState<S>) => evalParams(params, state.inner) }),
  };
}
