import { fill } from '@tensorflow/tfjs-core';
import type { Initializer } from './initializer.ts';

/**
 * Every value is `value`. Ignores the key.
 *
 * @example
 * constantValues(0.1)(key(0), [3]); // [0.1, 0.1, 0.1]
 */
export function constantValues(value: number): Initializer {
  return (_key, shape) => fill([...shape], value, 'float32');
}
