import * as tf from '@tensorflow/tfjs-core';
import { check, mapTree, type Transform } from '@kumiko/core';
import { checkOption, count, nonNegative, type Range } from './internal/check-option.ts';

/** Options of {@link reduceOnPlateau}. */
export interface ReduceOnPlateauOptions {
  /** What the scale is multiplied with at a plateau, in (0, 1). Default: 0.1. */
  readonly factor?: number;
  /** Bad values in a row that are borne, a whole number at least 0; the next one is a plateau. Default: 10. */
  readonly patience?: number;
  /** A value must be below `best * (1 - threshold)`, or `best - threshold`, to be good; at least 0. Default: 1e-4. */
  readonly threshold?: number;
  /** Whether the threshold is a part of the best value or a number of its own. Default: `'relative'`. */
  readonly thresholdMode?: 'relative' | 'absolute';
  /** Values behind a plateau that do not count as bad, a whole number at least 0. Default: 0. */
  readonly cooldown?: number;
  /** The scale falls no lower, at least 0. Default: 0. */
  readonly minimumScale?: number;
  /** Whether small or large values are good. Default: `'min'`. */
  readonly mode?: 'min' | 'max';
  /** Updates whose mean counts as one value, at least 1: those of an epoch, say. Default: 1. */
  readonly accumulationSteps?: number;
}

/** State of {@link reduceOnPlateau}, scalars. */
export type ReduceOnPlateauState = {
  /** What updates are multiplied with, float32. */
  readonly scale: tf.Scalar;
  /** Best value until now, float32. */
  readonly best: tf.Scalar;
  /** Bad values in a row, int32. */
  readonly bad: tf.Scalar;
  /** Values that the cooldown still lasts, int32. */
  readonly cooldown: tf.Scalar;
  /** Mean of the values since the last one that counted, float32. */
  readonly mean: tf.Scalar;
  /** How many of them there are, int32. */
  readonly accumulated: tf.Scalar;
};

const factorRange: Range = { text: '(0, 1)', contains: (value) => value > 0 && value < 1 };
const wholeRange: Range = { text: '0, 1, 2, ...', contains: (value) => Number.isSafeInteger(value) && value >= 0 };

/**
 * Shrinks updates when a value stops getting better: after more than `patience` bad values in a row `scale = max(scale * factor, minimumScale)`,
 * and `u = scale * u`. Put it last in a {@link chain}. The value is `extra.value`, the loss unless you pass another.
 *
 * All of it is tensors, so it compiles. A NaN counts as bad. PyTorch's scheduler hears of an epoch's value behind its last step; here the
 * step that brings the value is already scaled.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range; in a step, when `extra.value` is missing
 * @example
 * const transform = reduceOnPlateau({ factor: 0.5, patience: 0 });
 * const params = { w: tf.scalar(0) };
 * const [, state] = transform.update({ w: tf.scalar(8) }, transform.init(params), params, { value: tf.scalar(3) });
 * transform.update({ w: tf.scalar(8) }, state, params, { value: tf.scalar(3) })[0]; // { w: 4 }
 * @see torch.optim.lr_scheduler.ReduceLROnPlateau; optax.contrib.reduce_on_plateau
 */
export function reduceOnPlateau(options: ReduceOnPlateauOptions = {}): Transform<ReduceOnPlateauState> {
  const { factor = 0.1, patience = 10, threshold = 1e-4, thresholdMode = 'relative', cooldown = 0 } = options;
  const { minimumScale = 0, mode = 'min', accumulationSteps = 1 } = options;
  checkOption('reduceOnPlateau', 'factor', factor, factorRange, 0.1);
  checkOption('reduceOnPlateau', 'patience', patience, wholeRange, 10);
  checkOption('reduceOnPlateau', 'threshold', threshold, nonNegative, 1e-4);
  checkOption('reduceOnPlateau', 'cooldown', cooldown, wholeRange, 0);
  checkOption('reduceOnPlateau', 'minimumScale', minimumScale, nonNegative, 0);
  checkOption('reduceOnPlateau', 'accumulationSteps', accumulationSteps, count, 1);
  const sign = mode === 'min' ? -1 : 1;
  const zero = (): tf.Scalar => tf.scalar(0, 'int32');
  const one = (): tf.Scalar => tf.scalar(1, 'int32');
  const isBetter = (value: tf.Scalar, best: tf.Scalar): tf.Scalar => {
    const margin = thresholdMode === 'relative' ? tf.mul(best, 1 + sign * threshold) : tf.add(best, sign * threshold);
    return mode === 'min' ? tf.less(value, margin) : tf.greater(value, margin);
  };
  return {
    name: 'reduceOnPlateau',
    init: () => ({
      scale: tf.scalar(1),
      best: tf.scalar(-sign * Infinity),
      bad: zero(),
      cooldown: zero(),
      mean: tf.scalar(0),
      accumulated: zero(),
    }),
    update(grads, state, _params, extra) {
      check(
        extra?.value !== undefined,
        'reduceOnPlateau',
        () => 'expected extra.value, got none. Pass update(grads, state, params, { value: loss }).',
      );
      const accumulated: tf.Scalar = tf.add(state.accumulated, one());
      const mean: tf.Scalar = tf.add(state.mean, tf.div(tf.sub(extra.value, state.mean), tf.cast(accumulated, 'float32')));
      const counts = tf.equal(accumulated, accumulationSteps);
      const when = (condition: tf.Tensor, yes: tf.Scalar, no: tf.Scalar): tf.Scalar => tf.where(condition, yes, no);

      const better = isBetter(mean, state.best);
      const cooling = tf.greater(state.cooldown, 0);
      const bad = when(tf.logicalOr(better, cooling), zero(), tf.add(state.bad, one()));
      const plateau = tf.greater(bad, patience);
      const reduced: tf.Scalar = tf.maximum(tf.mul(state.scale, factor), minimumScale);
      const left: tf.Scalar = tf.maximum(tf.sub(state.cooldown, one()), zero());

      const scale = when(tf.logicalAnd(counts, plateau), reduced, state.scale);
      return [
        mapTree<tf.Tensor, tf.Tensor>((grad) => tf.mul(grad, scale), grads),
        {
          scale,
          best: when(tf.logicalAnd(counts, better), mean, state.best),
          bad: when(counts, when(plateau, zero(), bad), state.bad),
          cooldown: when(counts, when(plateau, tf.scalar(cooldown, 'int32'), left), state.cooldown),
          mean: when(counts, tf.scalar(0), mean),
          accumulated: when(counts, zero(), accumulated),
        },
      ];
    },
  };
}
