import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { check, type Transform } from '@kumiko/core';
import { savedNames } from './internal/layers-model-border.ts';
import { loadedOptimizer } from './internal/loaded-optimizer.ts';
import { TransformOptimizer } from './internal/transform-optimizer.ts';

/** Options of {@link asOptimizer}. */
export interface AsOptimizerOptions {
  /**
   * The model that it will train. Then parameters have the names under which the model saves them, also where TensorFlow.js had to number
   * its variables (a second `dense/kernel` is `dense/kernel_1`), and where the model was loaded with its optimizer, the state continues.
   * Default: none; the names are those of the variables.
   */
  readonly model?: LayersModel;
}

/** What {@link asOptimizer} makes. */
export interface LayersOptimizer extends tf.Optimizer {
  /**
   * Puts the parameters to evaluate with into the variables, for transforms that have others than the trained ones (`ema`, `asgd`,
   * `scheduleFreeAdamW`): evaluate, predict or save the model, and call what it returned before you train on. Does nothing for others.
   *
   * @throws KumikoError before the first step, and when they are there already
   */
  useEvalParams(): () => void;
}

/**
 * A transform as a `tf.Optimizer`, for `model.compile({ optimizer })` or a `minimize` of your own.
 *
 * The parameters are a tree by the variables' names: `dense/kernel` stands at `{ dense: { kernel } }`, so masks by name see `dense/kernel`.
 * The state is saved by name too, with `model.save(handler, { includeOptimizer: true })`; the transform itself is code, so after
 * `loadLayersModel` pass it again, here with `{ model }` or to `configureModel`. Transforms get the loss as `extra.value`, and in `minimize`,
 * which `fit` uses, `extra.valueAndGrad`: the loss is computed again with other values in the variables, with new random numbers if it draws
 * any; running statistics and metrics do not notice. `applyGradients` knows neither, so that transforms which need them refuse it.
 * A step that is refused changes neither variables nor state. A variable that is frozen later loses its state; one that joins later is an
 * error. Whoever makes the optimizer disposes it (`configureModel` leaves that to the model).
 *
 * @param transform for example `adamw()`
 * @param options `model`
 * @throws KumikoError when `transform` is none, or another than the loaded model was saved with; in a step, when variables joined or a saved state does not fit
 * @example
 * const descent: Transform = { name: 'descent', init: () => ({}), update: (grads, state) => [mapTree((g: tf.Tensor) => tf.mul(g, -0.25), grads), state] };
 * const x = tf.variable(tf.scalar(3));
 * asOptimizer(descent).minimize(() => tf.square(x) as tf.Scalar);
 * tf.clone(x); // tf.scalar(1.5), which is 3 - 0.25 * 2 * 3
 * @see tf.train.Optimizer
 */
export function asOptimizer(transform: Transform, { model }: AsOptimizerOptions = {}): LayersOptimizer {
  check(
    typeof transform?.init === 'function' && typeof transform.update === 'function',
    'asOptimizer',
    () => `expected a transform, got ${transform === null ? 'null' : typeof transform}. Pass for example adamw() of @kumiko/optimizers.`,
  );
  const optimizer = new TransformOptimizer(transform, transform.name, model && savedNaming(model));
  const loaded = model && loadedOptimizer(model);
  if (loaded) optimizer.takeOver(loaded);
  return optimizer;
}

/** Looks the names up again when a variable is new: layers may be built late. */
function savedNaming(model: LayersModel): (own: string) => string {
  let names = savedNames(model);
  return (own) => {
    if (!names.has(own)) names = savedNames(model);
    return names.get(own) ?? own;
  };
}
