import type * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';

/** Refuses weights that are not one number a class. */
export function checkClassWeights(symbol: string, name: string, classWeights: tf.Tensor | undefined, classes: number): void {
  check(
    classWeights === undefined || (classWeights.rank === 1 && classWeights.shape[0] === classes),
    symbol,
    () => `expected ${name} [${classes}], got ${formatShape(classWeights?.shape ?? [])}. Pass one weight a class.`,
  );
}
