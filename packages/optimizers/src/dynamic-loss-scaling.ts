import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Transform, type TransformExtra, type Tree } from '@kumiko/core';
import { allFinite } from './internal/all-finite.ts';
import { checkOption, count, positive, type Range } from './internal/check-option.ts';
import { selectTree } from './internal/select-tree.ts';

/** Options of {@link dynamicLossScaling}. */
export interface DynamicLossScalingOptions {
  /** The first scale, above 0. Default: 65536. */
  readonly initialScale?: number;
  /** What the scale is multiplied with after `growthInterval` good steps in a row, above 1. Default: 2. */
  readonly growthFactor?: number;
  /** What it is multiplied with after a bad step, in (0, 1). Default: 0.5. */
  readonly backoffFactor?: number;
  /** Good steps in a row until it grows, at least 1. Default: 2000. */
  readonly growthInterval?: number;
}

/** State of {@link dynamicLossScaling}. */
export type DynamicLossScalingState<S extends Tree> = {
  /** What the next loss is to be multiplied with, float32 scalar. */
  readonly scale: tf.Scalar;
  /** Good steps in a row, int32 scalar. */
  readonly good: tf.Scalar;
  /** State of the optimizer inside. */
  readonly inner: S;
};

const growthRange: Range = { text: '(1, Infinity)', contains: (value) => value > 1 && Number.isFinite(value) };
const backoffRange: Range = { text: '(0, 1)', contains: (value) => value > 0 && value < 1 };

/**
 * Keeps small gradients from vanishing in half precision: multiply the loss with `state.scale` before its gradients are taken, and the
 * optimizer inside gets `g / scale`. A step whose gradients are not all finite is skipped, its updates are 0, the state inside stays, and
 * `scale = scale * backoffFactor`; after `growthInterval` other steps in a row `scale = scale * growthFactor`, unless that overflows.
 *
 * `extra.value` is handed on as it is: pass the loss before it was scaled. Of `extra.valueAndGrad` the gradients are divided by the scale.
 *
 * @param inner any optimizer
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = dynamicLossScaling(sgd({ learningRate: 0.5 }), { initialScale: 4 });
 * const params = { w: tf.scalar(3) };
 * const state = optimizer.init(params);
 * const scaledGrads = { w: tf.mul(params.w, tf.mul(2, state.scale)) };
 * optimizer.update(scaledGrads, state, params)[0]; // { w: -3 }
 * @see Micikevicius et al., "Mixed precision training", ICLR 2018; torch.cuda.amp.GradScaler
 */
export function dynamicLossScaling<S extends Tree>(
  inner: Transform<S>,
  options: DynamicLossScalingOptions = {},
): Transform<DynamicLossScalingState<S>> {
  const { initialScale = 65536, growthFactor = 2, backoffFactor = 0.5, growthInterval = 2000 } = options;
  checkOption('dynamicLossScaling', 'initialScale', initialScale, positive, 65536);
  checkOption('dynamicLossScaling', 'growthFactor', growthFactor, growthRange, 2);
  checkOption('dynamicLossScaling', 'backoffFactor', backoffFactor, backoffRange, 0.5);
  checkOption('dynamicLossScaling', 'growthInterval', growthInterval, count, 2000);
  const { evalParams } = inner;
  return {
    name: 'dynamicLossScaling',
    init: (params) => ({ scale: tf.scalar(initialScale), good: tf.scalar(0, 'int32'), inner: inner.init(params) }),
    update(grads, state, params, extra) {
      const unscaled = (tree: Tree): Tree => mapTree<tf.Tensor, tf.Tensor>((grad) => tf.div(grad, state.scale), tree);
      const finite = allFinite(grads);
      const [updates, next] = inner.update(unscaled(grads), state.inner, params, extra && unscaledExtra(extra, unscaled));
      const zeros = mapTree<tf.Tensor, tf.Tensor>((update) => tf.zerosLike(update), updates);

      const counted: tf.Scalar = tf.add(state.good, tf.scalar(1, 'int32'));
      const full = tf.equal(counted, growthInterval);
      const grown: tf.Scalar = tf.mul(state.scale, growthFactor);
      const after: tf.Scalar = tf.where(tf.logicalAnd(full, tf.isFinite(grown)), grown, state.scale);
      return [
        selectTree(finite, updates, zeros),
        {
          scale: tf.where(finite, after, tf.mul(state.scale, backoffFactor) as tf.Scalar),
          good: tf.where(tf.logicalAnd(finite, tf.logicalNot(full)), counted, tf.scalar(0, 'int32')),
          inner: selectTree(finite, next, state.inner),
        },
      ];
    },
    ...(evalParams && { evalParams: (params: Tree, state: DynamicLossScalingState<S>) => evalParams(params, state.inner) }),
  };
}

function unscaledExtra(extra: TransformExtra, unscaled: (grads: Tree) => Tree): TransformExtra {
  const { valueAndGrad } = extra;
  if (valueAndGrad === undefined) return extra;
  return {
    ...extra,
    valueAndGrad(params) {
      const [value, grads] = valueAndGrad.call(extra, params);
      return [value, unscaled(grads)];
    },
  };
}
