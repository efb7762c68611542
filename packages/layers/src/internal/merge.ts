import * as tf from '@tensorflow/tfjs-core';
import { check, shapeOf, type ShapeLeaf } from '@kumiko/core';
import type { Merge } from '../combinators/parallel.ts';
import { checkSameShape } from './check-same-shape.ts';

/** Element by element, two at a time; the average divides behind. */
const pairwise: Readonly<Record<Exclude<Merge, 'concat'>, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor>> = {
  sum: tf.add,
  average: tf.add,
  product: tf.mul,
  maximum: tf.maximum,
};

/** Throws unless the word is one of {@link Merge}. */
export function checkMerge(symbol: string, merge: Merge): void {
  const words = ['concat', ...Object.keys(pairwise)];
  check(
    words.includes(merge),
    symbol,
    () => `expected merge ${words.map((word) => `'${word}'`).join(', ')}, got '${String(merge)}'. Choose one of them.`,
  );
}

/** Outputs joined into one. */
export function mergeTensors(merge: Merge, outputs: tf.Tensor[]): tf.Tensor {
  if (merge === 'concat') return tf.concat(outputs, -1);
  const merged = outputs.reduce((a, b) => pairwise[merge](a, b));
  return merge === 'average' ? tf.div(merged, outputs.length) : merged;
}

/** The shape of the joined outputs. */
export function mergeShapes(symbol: string, merge: Merge, outputs: readonly ShapeLeaf[]): ShapeLeaf {
  const [first] = outputs as [ShapeLeaf];
  if (merge !== 'concat') {
    checkSameShape(symbol, 'branches', outputs, "Give the branches equal outputs, or use merge: 'concat'.");
    return first;
  }
  const leading = outputs.map(({ shape }) => shapeOf(shape.slice(0, -1)));
  checkSameShape(symbol, 'branches, but for the last axis,', leading, 'Give the branches equal leading axes.');
  return shapeOf([...first.shape.slice(0, -1), outputs.reduce((sum, { shape }) => sum + (shape.at(-1) as number), 0)]);
}
