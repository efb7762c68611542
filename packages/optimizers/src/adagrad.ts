import * as tf from '@tensorflow/tfjs-core';
import type { Schedule, Transform, Tree } from '@kumiko/core';
import { checkOption, nonNegative, positive } from './internal/check-option.ts';
import { leafTransform, type Descent } from './internal/leaf-transform.ts';

/** Options of {@link scaleByAdagrad}. */
export interface ScaleByAdagradOptions {
  /** First sum of squares, at least 0. Default: 0. */
  readonly initialSum?: number;
  /** Added to the root, above 0. Default: 1e-10. */
  readonly epsilon?: number;
}

/** Options of {@link adagrad}. */
export interface AdagradOptions extends ScaleByAdagradOptions {
  /** Step size: at least 0, or a schedule. Default: 1e-2. */
  readonly learningRate?: number | Schedule;
}

/** State of {@link scaleByAdagrad}. */
export type ScaleByAdagradState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Sum of the squares of the gradients, of the parameters' structure. */
  readonly sum: Tree;
};

/**
 * Divides by the root of the sum of all squares:
 * `s = s + g^2`, `u = g / (sqrt(s) + epsilon)`.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = scaleByAdagrad();
 * const params = { w: tf.scalar(1) };
 * transform.update({ w: tf.scalar(2) }, transform.init(params), params)[0]; // { w: 1 }
 * @see Duchi et al., "Adaptive subgradient methods for online learning and stochastic optimization", JMLR 2011; torch.optim.Adagrad, whose `lr_decay` is {@link inverseTime}
 */
export function scaleByAdagrad(options: ScaleByAdagradOptions = {}): Transform<ScaleByAdagradState> {
  return adagradLeaf(options);
}

/** The rule alone, or down its direction. */
function adagradLeaf<S extends Tree>(options: ScaleByAdagradOptions, descent?: Descent): Transform<S> {
  const { initialSum = 0, epsilon = 1e-10 } = options;
  checkOption('scaleByAdagrad', 'initialSum', initialSum, nonNegative, 0);
  checkOption('scaleByAdagrad', 'epsilon', epsilon, positive, 1e-10);
  return leafTransform(
    {
      name: 'scaleByAdagrad',
      slots: { sum: (param) => tf.fill(param.shape, initialSum) },
      rule({ grad }, slots) {
        const sum = tf.add(slots.sum, tf.square(grad));
        return [tf.div(grad, tf.add(tf.sqrt(sum), epsilon)), { sum }];
      },
    },
    descent,
  );
}

/**
 * Adagrad: `params = params - learningRate * u` with the u of {@link scaleByAdagrad}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = adagrad({ learningRate: 0.5 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -0.5 }
 * @see Duchi et al., "Adaptive subgradient methods for online learning and stochastic optimization", JMLR 2011; torch.optim.Adagrad, whose `lr_decay` is {@link inverseTime}
 */
export function adagrad({ learningRate = 1e-2, ...rest }: AdagradOptions = {}): Transform<ScaleByAdagradState> {
  return adagradLeaf(rest, { name: 'adagrad', learningRate });
}
