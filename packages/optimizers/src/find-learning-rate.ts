import * as tf from '@tensorflow/tfjs-core';
import { check, disposeTree, keepTree, mapTree, type Tree } from '@kumiko/core';
import { checkOption, count, decayRange, positive, type Range } from './internal/check-option.ts';

/** Options of {@link findLearningRate}. */
export interface FindLearningRateOptions {
  /** First learning rate, above 0. Default: 1e-7. */
  readonly minimum?: number;
  /** Last learning rate, above the first. Default: 10. */
  readonly maximum?: number;
  /** Steps from the first to the last, at least 2. Default: 100. */
  readonly steps?: number;
  /** Decay of the mean of the losses, in [0, 1). Default: 0.98. */
  readonly smoothing?: number;
  /** It ends early when the mean exceeds the lowest one so many times, above 1. Default: 4. */
  readonly divergence?: number;
}

/** What {@link findLearningRate} saw. */
export interface LearningRateRange {
  /** The learning rates that were tried. */
  readonly learningRates: readonly number[];
  /** The mean of the losses at each, corrected for its start at 0. */
  readonly losses: readonly number[];
  /** Where the mean falls fastest: a good learning rate, or the top of a schedule. NaN where there is none. */
  readonly suggestion: number;
}

const divergenceRange: Range = { text: '(1, Infinity)', contains: (value) => value > 1 && Number.isFinite(value) };
/** The first means have seen too little, and the last one is where it ended. */
const SKIPPED_FIRST = 10;
const SKIPPED_LAST = 1;

/**
 * Tries learning rates that grow from step to step, `minimum * (maximum / minimum)^(i / (steps - 1))`, and suggests the one where the loss
 * fell fastest. It trains copies: the state that you pass stays as it is, whatever comes out is disposed.
 *
 * `step` is a training step with the learning rate as a scalar, so that it may be compiled; the state of {@link injectHyperparameters}
 * has a place for it. Batches come from what `step` closes over. The loss is read after each step. Losses that are not finite end the search.
 *
 * @param step from a state and a learning rate to the next state and the loss before it
 * @param state the first state, parameters and all
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const { suggestion } = await findLearningRate(
 *   (w: tf.Scalar, learningRate) => [tf.sub(w, tf.mul(learningRate, tf.mul(w, 2))) as tf.Scalar, tf.square(w)],
 *   tf.scalar(1),
 * );
 * suggestion > 0.1 && suggestion < 1; // true
 * @see Smith, "Cyclical learning rates for training neural networks", WACV 2017, section 3.3; Gugger, fastai's lr_find, whose mean and end it has
 */
export async function findLearningRate<S extends Tree>(
  step: (state: S, learningRate: tf.Scalar) => [state: S, loss: tf.Scalar],
  state: S,
  options: FindLearningRateOptions = {},
): Promise<LearningRateRange> {
  const { minimum = 1e-7, maximum = 10, steps = 100, smoothing = 0.98, divergence = 4 } = options;
  checkOption('findLearningRate', 'minimum', minimum, positive, 1e-7);
  checkOption('findLearningRate', 'maximum', maximum, positive, 10);
  check(
    maximum > minimum,
    'findLearningRate',
    () => `expected minimum < maximum, got ${minimum} and ${maximum}. Pass for example 1e-7 and 10.`,
  );
  checkOption('findLearningRate', 'steps', steps, count, 100);
  check(steps > 1, 'findLearningRate', () => `expected steps in 2, 3, ..., got ${steps}. Pass for example 100.`);
  checkOption('findLearningRate', 'smoothing', smoothing, decayRange, 0.98);
  checkOption('findLearningRate', 'divergence', divergence, divergenceRange, 4);

  const learningRates: number[] = [];
  const losses: number[] = [];
  let current = keepTree(mapTree<tf.Tensor, tf.Tensor>((leaf) => tf.clone(leaf), state) as S);
  let sum = 0;
  let lowest = Infinity;
  try {
    for (let i = 0; i < steps; i++) {
      const rate = minimum * (maximum / minimum) ** (i / (steps - 1));
      const [next, loss] = stepped(step, current, rate);
      const value = (await loss.data())[0] as number;
      disposeTree([current, loss], next);
      current = next;
      sum = smoothing * sum + (1 - smoothing) * value;
      const mean = sum / (1 - smoothing ** (i + 1));
      if (!Number.isFinite(mean) || mean > divergence * lowest) break;
      lowest = Math.min(lowest, mean);
      learningRates.push(rate);
      losses.push(mean);
    }
  } finally {
    disposeTree(current);
  }
  return { learningRates, losses, suggestion: steepest(learningRates, losses) };
}

/** A step whose results outlive it, also where it handed tensors of its state on. */
function stepped<S extends Tree>(
  step: (state: S, learningRate: tf.Scalar) => [state: S, loss: tf.Scalar],
  state: S,
  rate: number,
): [S, tf.Scalar] {
  const results: Tree = tf.tidy(() => keepTree([...step(state, tf.scalar(rate))] as Tree) as tf.TensorContainer) as Tree;
  return results as unknown as [S, tf.Scalar];
}

/** The learning rate where the slope over the steps is lowest: central differences, one-sided at the ends. */
function steepest(learningRates: readonly number[], losses: readonly number[]): number {
  const kept = losses.slice(SKIPPED_FIRST, losses.length - SKIPPED_LAST);
  if (kept.length < 2) return NaN;
  const slopes = kept.map((_, i) => {
    const [from, to] = [Math.max(i - 1, 0), Math.min(i + 1, kept.length - 1)];
    return ((kept[to] as number) - (kept[from] as number)) / (to - from);
  });
  return learningRates[SKIPPED_FIRST + slopes.indexOf(Math.min(...slopes))] as number;
}
