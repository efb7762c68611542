import * as tf from '@tensorflow/tfjs-core';
import type { Schedule, Transform, Tree } from '@kumiko/core';
import { checkOption, finite } from './internal/check-option.ts';

/** State of {@link injectHyperparameters}. */
export type InjectHyperparametersState<N extends string> = {
  /** The values, float32 scalars: put others there, and the next step uses them. */
  readonly hyperparameters: { readonly [name in N]: tf.Scalar };
  /** State of the transform that was made. */
  readonly inner: Tree;
};

/**
 * Hyper-parameters that live in the state as tensors, so that they can be read, saved, and changed between steps, also compiled ones.
 *
 * @param make gets each value as a schedule that ignores the step, for options that take one, such as `learningRate`; called at every step
 * @param hyperparameters the first values, finite
 * @throws KumikoError when a value is not finite
 * @example
 * const optimizer = injectHyperparameters(({ learningRate }) => sgd({ learningRate }), { learningRate: 0.5 });
 * const params = { w: tf.scalar(0) };
 * const state = optimizer.init(params);
 * optimizer.update({ w: tf.scalar(1) }, state, params)[0]; // { w: -0.5 }
 * optimizer.update({ w: tf.scalar(1) }, { ...state, hyperparameters: { learningRate: tf.scalar(2) } }, params)[0]; // { w: -2 }
 * @see optax.inject_hyperparams
 */
export function injectHyperparameters<N extends string>(
  make: (values: { readonly [name in N]: Schedule }) => Transform,
  hyperparameters: { readonly [name in N]: number },
): Transform<InjectHyperparametersState<N>> {
  const names = Object.keys(hyperparameters) as N[];
  for (const name of names) checkOption('injectHyperparameters', name, hyperparameters[name], finite, 1e-3);
  const mapValues = <V, W>(values: { readonly [name in N]: V }, fn: (value: V) => W): { readonly [name in N]: W } =>
    Object.fromEntries(names.map((name) => [name, fn(values[name])])) as { [name in N]: W };
  const made = (values: { readonly [name in N]: tf.Scalar }): Transform => make(mapValues(values, (value) => () => tf.clone(value)));
  return {
    name: 'injectHyperparameters',
    init(params) {
      const values = mapValues(hyperparameters, (value) => tf.scalar(value));
      return { hyperparameters: values, inner: made(values).init(params) };
    },
    update(grads, state, params, extra) {
      const [updates, inner] = made(state.hyperparameters).update(grads, state.inner, params, extra);
      return [updates, { hyperparameters: mapValues(state.hyperparameters, (value) => tf.clone(value)), inner }];
    },
    evalParams(params, state) {
      return made(state.hyperparameters).evalParams?.(params, state.inner) ?? params;
    },
  };
}
