import * as tf from '@tensorflow/tfjs-core';

/** Whether targets hold one class a sample where the output holds a score a class: `[b]` or `[b,1]` beside `[b,classes]`. */
export function areLabels(output: tf.Tensor, targets: tf.Tensor): boolean {
  const classes = output.shape.at(-1);
  if (classes === undefined || classes === 1 || output.rank < 2) return false;
  return targets.rank === output.rank - 1 || (targets.rank === output.rank && targets.shape.at(-1) === 1);
}

/** Targets as a loss wants them: labels int32 without a last axis of 1; everything else float32 as it is. */
export function alignedTargets(output: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  if (!areLabels(output, targets)) return tf.cast(targets, 'float32');
  return tf.cast(targets.rank === output.rank ? tf.squeeze(targets, [-1]) : targets, 'int32');
}
