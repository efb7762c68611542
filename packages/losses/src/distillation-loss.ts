import * as tf from '@tensorflow/tfjs-core';
import { logSoftmax } from '@kumiko/ops';
import { checkClasses } from './internal/check-classes.ts';
import { checkPositive } from './internal/check-number.ts';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link distillationLoss}. */
export interface DistillationLossOptions extends LossOptions {
  /** Divides both logits, above 0: the higher the more the small probabilities of the teacher count. Default: 2. */
  readonly temperature?: number;
}

/**
 * How far a student is from its teacher's softened distribution: `T^2 KL(softmax(teacher / T) || softmax(student / T))`.
 * The factor keeps the gradient's size for every temperature; add a cross-entropy with the true labels as you like.
 *
 * @param studentLogits float32 `[...,classes]`
 * @param teacherLogits float32, the same shape, finite; they have a gradient too if you ask for it
 * @param options `temperature`, `sampleWeights`, `reduction`
 * @returns a scalar, or `[...]` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or the temperature is not above 0
 * @example
 * distillationLoss(tf.tensor2d([[0, 0]]), tf.tensor2d([[1e4, 0]])); // 2.7725887: 2^2 ln 2
 * @see Hinton et al., "Distilling the knowledge in a neural network", 2015
 */
export function distillationLoss(studentLogits: tf.Tensor, teacherLogits: tf.Tensor, options: DistillationLossOptions = {}): tf.Scalar {
  const { temperature = 2 } = options;
  checkClasses('distillationLoss', studentLogits, 'studentLogits');
  checkSameShape('distillationLoss', "studentLogits'", studentLogits, 'teacherLogits', teacherLogits);
  checkPositive('distillationLoss', 'temperature', temperature);
  const student = logSoftmax(tf.div(studentLogits, temperature));
  const teacher = logSoftmax(tf.div(teacherLogits, temperature));
  const divergence = tf.sum(tf.mul(tf.exp(teacher), tf.sub(teacher, student)), -1);
  return finishLoss(tf.mul(divergence, temperature ** 2), options);
}
