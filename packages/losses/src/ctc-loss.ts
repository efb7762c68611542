import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import { ctcEmissions, ctcLattice, NEVER, type CtcLattice } from './internal/ctc-lattice.ts';
import { ctcForward, ctcOccupancy } from './internal/ctc-passes.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link ctcLoss}. */
export interface CtcLossOptions extends LossOptions {
  /** How many times of each sequence count: int32 `[batch]`, in [0, time]. Default: all. */
  readonly logitLengths?: tf.Tensor1D;
  /** How many labels of each sequence count: int32 `[batch]`, in [0, labels]. Default: all. */
  readonly labelLengths?: tf.Tensor1D;
  /** The class that says nothing. Default: 0. */
  readonly blankIndex?: number;
  /** Whether labels that do not fit into their sequence cost 0 instead of Infinity. Default: false. */
  readonly zeroInfinity?: boolean;
  /** Whether each loss is divided by its number of labels, at least 1. Default: false. */
  readonly perLabel?: boolean;
}

/**
 * Connectionist temporal classification: `-ln p(labels)`, where p sums over all ways to stretch the labels over the times with repetitions
 * and blanks, each the product of `softmax(logits)` of its classes.
 *
 * Forward and backward variables stand in logarithms, scaled every few times, so that long sequences keep their digits; the gradient is
 * `softmax(logits) - occupancy` in closed form. Both passes are loops over time of ops over the batch. PyTorch: `ctc_loss` of
 * log-probabilities `[time,batch,classes]`, whose `'mean'` is that of `perLabel: true`, and whose gradient of an infinite loss is NaN.
 *
 * @param logits float32 `[batch,time,classes]`, before any softmax; log-probabilities serve too
 * @param labels int32 `[batch,labels]`, classes but the blank; what stands beyond `labelLengths` does not matter. Any other label within
 * them, or a length out of range, gives NaN
 * @param options lengths, `blankIndex`, `zeroInfinity`, `perLabel`, `sampleWeights`, `reduction`
 * @returns a scalar, or `[batch]` for `reduction: 'none'`; losses of Infinity and NaN have the gradient 0
 * @throws KumikoError when shapes or types do not fit, or the blank is no class
 * @example
 * // Two times of a blank and a class, both even: 'a' is aa, a-, or -a, three of four ways.
 * ctcLoss(tf.zeros([1, 2, 2]), tf.tensor2d([[1]], [1, 1], 'int32')); // 0.2876821: ln 4/3
 * @see Graves et al., "Connectionist temporal classification", ICML 2006, equations 6 to 16; torch.nn.functional.ctc_loss
 */
export function ctcLoss(logits: tf.Tensor, labels: tf.Tensor, options: CtcLossOptions = {}): tf.Scalar {
  const { perLabel = false, zeroInfinity = false } = options;
  const { logitLengths, labelLengths } = checkArguments(logits, labels, options);
  const [, time, classes] = logits.shape as [number, number, number];
  const shape = { classes, time, blankIndex: options.blankIndex ?? 0 };
  const inputs = [labels, logitLengths, labelLengths];
  const losses = tf.customGrad((x, save) => {
    const lattice = ctcLattice(labels, logitLengths, labelLengths, shape);
    const { logLikelihood, forward } = ctcForward(ctcEmissions(x as tf.Tensor, lattice), lattice, logitLengths);
    (save as tf.GradSaveFunc)([x as tf.Tensor, forward, logLikelihood, ...inputs]);
    const isPossible = possible(logLikelihood);
    const loss = tf.where(isPossible, tf.sub(0, logLikelihood), tf.fill(logLikelihood.shape, zeroInfinity ? 0 : Infinity));
    return {
      value: tf.where(lattice.isValid, loss, tf.fill(loss.shape, NaN)),
      gradFunc(dy: tf.Tensor, saved: tf.Tensor[]) {
        const [x, forward, likelihood, ...inputs] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        const lattice = ctcLattice(...inputs, shape);
        const counts = tf.logicalAnd(lattice.isValid, possible(likelihood));
        return slopes(x, forward, lattice, inputs[1], tf.where(counts, dy, tf.zerosLike(dy)));
      },
    };
  })(logits);
  return finishLoss(perLabel ? tf.div(losses, tf.maximum(tf.cast(labelLengths, 'float32'), 1)) : losses, options);
}

/** Whether a likelihood is that of any way through the lattice. */
function possible(logLikelihood: tf.Tensor): tf.Tensor {
  return tf.greater(logLikelihood, NEVER / 2);
}

/** The gradient of each loss with respect to the logits, times its slope: what softmax says, less what the labels say, within the sequence. */
function slopes(logits: tf.Tensor, forward: tf.Tensor, lattice: CtcLattice, logitLengths: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  const [, time, classes] = logits.shape as [number, number, number];
  if (time === 0) return tf.zerosLike(logits);
  const occupancy = ctcOccupancy(ctcEmissions(logits, lattice), forward, lattice, logitLengths);
  const ofClass = tf.cast(tf.equal(tf.expandDims(lattice.classes, 2), tf.range(0, classes, 1, 'int32')), 'float32');
  const runs = tf.cast(tf.less(tf.range(0, time, 1, 'int32'), tf.expandDims(logitLengths, 1)), 'float32');
  const expected = tf.mul(tf.softmax(logits), tf.expandDims(runs, 2));
  return tf.mul(tf.sub(expected, tf.matMul(occupancy, ofClass)), tf.reshape(dy, [-1, 1, 1]));
}

/** The lengths, after refusing what does not fit together. */
function checkArguments(
  logits: tf.Tensor,
  labels: tf.Tensor,
  options: CtcLossOptions,
): { logitLengths: tf.Tensor; labelLengths: tf.Tensor } {
  check(
    logits.rank === 3 && (logits.shape[2] as number) > 0,
    'ctcLoss',
    () => `expected logits [batch,time,classes], got ${formatShape(logits.shape)}. Put the batch first: tf.transpose(logits, [1, 0, 2]).`,
  );
  const [batch, time, classes] = logits.shape as [number, number, number];
  const checkWhole = (name: string, tensor: tf.Tensor, wanted: string, fits: boolean, fix: string): void =>
    check(
      fits && tensor.dtype === 'int32',
      'ctcLoss',
      () => `expected ${name} int32 ${wanted}, got ${tensor.dtype} ${formatShape(tensor.shape)}. ${fix}`,
    );
  checkWhole('labels', labels, `[${batch},labels]`, labels.rank === 2 && labels.shape[0] === batch, 'Pad them to one length.');
  const { blankIndex = 0 } = options;
  check(
    Number.isInteger(blankIndex) && blankIndex >= 0 && blankIndex < classes,
    'ctcLoss',
    () => `expected blankIndex in [0, ${classes}), got ${blankIndex}. Pass the class that says nothing.`,
  );
  const lengthsOf = (name: 'logitLengths' | 'labelLengths', all: number): tf.Tensor => {
    const lengths = options[name] ?? tf.fill([batch], all, 'int32');
    checkWhole(name, lengths, `[${batch}]`, lengths.rank === 1 && lengths.shape[0] === batch, 'Pass one length a sequence.');
    return lengths;
  };
  return { logitLengths: lengthsOf('logitLengths', time), labelLengths: lengthsOf('labelLengths', labels.shape[1] as number) };
}
