import * as tf from '@tensorflow/tfjs-core';
import { checkShapes, mapTree, type Transform, type Tree } from '@kumiko/core';
import { globalNorm } from './global-norm.ts';
import { checkOption, positive } from './internal/check-option.ts';
import { valueAndGradOf } from './internal/value-and-grad-of.ts';

/** Options of {@link sam}. */
export interface SamOptions {
  /** How far away the worst point is sought, above 0; adaptive runs want about ten times as much. Default: 0.05. */
  readonly radius?: number;
  /** Whether distances are measured relative to the size of each number (ASAM). Default: false. */
  readonly adaptive?: boolean;
}

/**
 * Sharpness-aware minimisation: the gradient at the worst point nearby, `u = gradient(params + radius * g / |g|)`; adaptive:
 * `u = gradient(params + radius * params^2 g / |params * g|)`. Put it first in a {@link chain} with any optimizer. Has no state.
 *
 * It evaluates the loss once more a step, through `extra.valueAndGrad`, which should see the batch and the random key that the gradients
 * came from; running statistics of that evaluation are best dropped. Where the gradient is 0 it is taken at the parameters themselves.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range; in a step, when `extra.valueAndGrad` is missing or gives gradients of other shapes
 * @example
 * const optimizer = chain([sam({ radius: 0.5 }), sgd({ learningRate: 0.25 })]);
 * const params = { w: tf.scalar(1) };
 * const gradient = ({ w }: { w: tf.Tensor }) => ({ w: tf.mul(w, 2) });
 * const valueAndGrad = (at: Tree): [tf.Scalar, Tree] => [tf.scalar(0), gradient(at as typeof params)];
 * optimizer.update(gradient(params), {}, params, { valueAndGrad })[0]; // { w: -0.75 }
 * @see Foret et al., "Sharpness-aware minimization for efficiently improving generalization", ICLR 2021, equation 2; Kwon et al., "ASAM", ICML 2021, equation 5
 */
export function sam({ radius = 0.05, adaptive = false }: SamOptions = {}): Transform<Tree> {
  checkOption('sam', 'radius', radius, positive, 0.05);
  return {
    name: 'sam',
    init: () => ({}),
    update(grads, state, params, extra) {
      const valueAndGrad = valueAndGradOf('sam', extra);
      checkShapes('sam', params, grads);
      const scaled = (tree: Tree): Tree =>
        adaptive ? mapTree<tf.Tensor, tf.Tensor, tf.Tensor>((leaf, param) => tf.mul(leaf, tf.abs(param)), tree, params) : tree;
      const ascent = scaled(grads);
      const norm = globalNorm(ascent);
      const still = tf.equal(norm, 0);
      const length = tf.where(still, tf.scalar(0), tf.div(radius, tf.where(still, tf.scalar(1), norm)));
      const worst = mapTree<tf.Tensor, tf.Tensor, tf.Tensor>(
        (param, direction) => tf.add(param, tf.mul(direction, length)),
        params,
        scaled(ascent),
      );
      const [, updates] = valueAndGrad(worst);
      checkShapes('sam', params, updates);
      return [mapTree<tf.Tensor, tf.Tensor>((update) => tf.clone(update), updates), state];
    },
  };
}
