import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import { checkSameShape } from './check-same-shape.ts';

/** Below this no length or area divides. */
const EPSILON = 1e-7;

/** What the losses of boxes are made of; each `[...]`. */
export interface BoxOverlap {
  readonly iou: tf.Tensor;
  readonly union: tf.Tensor;
  /** Sides of the smallest box around both, along the first and the second axis. */
  readonly hull: readonly [tf.Tensor, tf.Tensor];
  /** Sides of the box and of the target. */
  readonly sides: readonly [tf.Tensor, tf.Tensor];
  readonly targetSides: readonly [tf.Tensor, tf.Tensor];
  /** Squared distance of the centres over the squared diagonal of the hull. */
  readonly distance: tf.Tensor;
}

/** A quotient whose divisor is at least a small number. */
export function quotient(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.div(a, tf.maximum(b, EPSILON));
}

/** Measures boxes `[start0, start1, end0, end1]` against targets. */
export function boxOverlap(symbol: string, boxes: tf.Tensor, targets: tf.Tensor): BoxOverlap {
  check(
    boxes.shape.at(-1) === 4,
    symbol,
    () => `expected boxes [...,4], got ${formatShape(boxes.shape)}. Give each box its two corners: [y1, x1, y2, x2].`,
  );
  checkSameShape(symbol, "boxes'", boxes, 'targets', targets);
  const [a0, a1, a2, a3] = tf.unstack(boxes, -1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const [b0, b1, b2, b3] = tf.unstack(targets, -1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const sides = [tf.sub(a2, a0), tf.sub(a3, a1)] as const;
  const targetSides = [tf.sub(b2, b0), tf.sub(b3, b1)] as const;
  const shared = tf.mul(tf.relu(tf.sub(tf.minimum(a2, b2), tf.maximum(a0, b0))), tf.relu(tf.sub(tf.minimum(a3, b3), tf.maximum(a1, b1))));
  const union = tf.sub(tf.add(tf.mul(...sides), tf.mul(...targetSides)), shared);
  const hull = [tf.sub(tf.maximum(a2, b2), tf.minimum(a0, b0)), tf.sub(tf.maximum(a3, b3), tf.minimum(a1, b1))] as const;
  const centres = [tf.sub(tf.add(a0, a2), tf.add(b0, b2)), tf.sub(tf.add(a1, a3), tf.add(b1, b3))] as const;
  const squares = (pair: readonly [tf.Tensor, tf.Tensor]): tf.Tensor => tf.add(tf.square(pair[0]), tf.square(pair[1]));
  return {
    iou: quotient(shared, union),
    union,
    hull,
    sides,
    targetSides,
    distance: quotient(tf.div(squares(centres), 4), squares(hull)),
  };
}
