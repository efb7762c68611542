import type * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import { checkSameShape } from './check-same-shape.ts';

/** The number of pairs: rows of two matrices of the same shape. */
export function checkPairs(symbol: string, firstName: string, first: tf.Tensor, secondName: string, second: tf.Tensor): number {
  check(
    first.rank === 2,
    symbol,
    () => `expected ${firstName} [pairs,features], got ${formatShape(first.shape)}. Reshape them to one row a sample.`,
  );
  checkSameShape(symbol, firstName === 'first' ? "first's" : `${firstName}'`, first, secondName, second);
  return first.shape[0] as number;
}
