import * as tf from '@tensorflow/tfjs-core';
import { logSoftmax } from '@kumiko/ops';

/** Stands for the logarithm of 0 in sums of logarithms: finite, so that differences are never NaN, and below any sum of real ones. */
export const NEVER = -1e30;

/** What connectionist temporal classification looks at: its labels with a blank before, between and after them, `states = 2 labels + 1`. */
export interface CtcLattice {
  /** The class of each state, int32 `[batch,states]`; blank beyond the labels. */
  readonly classes: tf.Tensor2D;
  /** 0 where a state may follow the one two before it, over a blank, else {@link NEVER}: `[batch,states]`. */
  readonly skips: tf.Tensor;
  /** 0 for the last two states, of which one ends the sequence, else {@link NEVER}: `[batch,states]`. */
  readonly ends: tf.Tensor;
  /** Whether labels and lengths are possible, bool `[batch]`. */
  readonly isValid: tf.Tensor;
}

/** What a lattice is made of. */
export interface CtcShape {
  readonly classes: number;
  readonly time: number;
  readonly blankIndex: number;
}

/** 0 where a condition holds, else {@link NEVER}. */
export function unless(condition: tf.Tensor): tf.Tensor {
  return tf.mul(tf.sub(1, tf.cast(condition, 'float32')), NEVER);
}

/** The lattice of labels `[batch,labels]`, of which `labelLengths` count, for sequences of `logitLengths`. */
export function ctcLattice(
  labels: tf.Tensor,
  logitLengths: tf.Tensor,
  labelLengths: tf.Tensor,
  { classes, time, blankIndex }: CtcShape,
): CtcLattice {
  const [batch, most] = labels.shape as [number, number];
  const states = 2 * most + 1;
  const lengths = tf.expandDims(labelLengths, 1);
  const counts = tf.less(tf.range(0, most, 1, 'int32'), lengths);
  const isLabel = tf.logicalAnd(tf.logicalAnd(tf.greaterEqual(labels, 0), tf.less(labels, classes)), tf.notEqual(labels, blankIndex));
  const blanks = tf.fill([batch, most], blankIndex, 'int32');
  const known = tf.where(tf.logicalAnd(counts, isLabel), labels, blanks);
  const pairs = tf.reshape(tf.stack([blanks, known], 2), [batch, 2 * most]);
  const extended = tf.concat([pairs, tf.fill([batch, 1], blankIndex, 'int32')], 1) as tf.Tensor2D;
  const before = tf.slice(tf.pad(extended, [[0, 0], [2, 0]], blankIndex), 0, [batch, states]); // prettier-ignore
  const state = tf.range(0, states, 1, 'int32');
  const behind = tf.sub(tf.mul(lengths, tf.scalar(2, 'int32')), state);
  const between = (lengths: tf.Tensor, maximum: number): tf.Tensor =>
    tf.logicalAnd(tf.greaterEqual(lengths, 0), tf.lessEqual(lengths, maximum));
  // Counted, because tf.all of nothing is false.
  const wrong = tf.sum(tf.cast(tf.logicalAnd(counts, tf.logicalNot(isLabel)), 'int32'), 1);
  return {
    classes: extended,
    // Blanks equal blanks: only labels may follow over a blank, unless the label before is the same.
    skips: unless(tf.notEqual(extended, before)),
    ends: unless(tf.logicalOr(tf.equal(behind, 0), tf.equal(behind, 1))),
    isValid: tf.logicalAnd(tf.equal(wrong, 0), tf.logicalAnd(between(labelLengths, most), between(logitLengths, time))),
  };
}

/** The log-probability of each state's class at each time, at least {@link NEVER}: `[time * batch,states]`. */
export function ctcEmissions(logits: tf.Tensor, { classes }: CtcLattice): tf.Tensor {
  const [batch, time, count] = logits.shape as [number, number, number];
  const states = classes.shape[1];
  // Rows of a matrix, because stock wasm gathers wrongly with batch axes.
  const rows = tf.reshape(tf.transpose(logSoftmax(logits), [0, 2, 1]), [batch * count, time]);
  const row = tf.add(classes, tf.reshape(tf.range(0, batch * count, count, 'int32'), [batch, 1]));
  const gathered = tf.reshape(tf.gather(rows, tf.reshape(row, [-1]) as tf.Tensor1D), [batch, states, time]);
  return tf.reshape(tf.transpose(tf.maximum(gathered, NEVER), [2, 0, 1]), [time * batch, states]);
}
