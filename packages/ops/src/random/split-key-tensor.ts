import * as tf from '@tensorflow/tfjs-core';
import { check, type KeyLike } from '@kumiko/core';
import { deriveKey } from './internal/derive-key.ts';
import { withKey } from './internal/with-key.ts';

/**
 * Independent keys as tensors, the same as those of core's `splitKey`, bit for bit: for a compiled step, whose key is a tensor.
 *
 * @param key a host key, or an int32 tensor `[2]`, which stays as it is
 * @param count an integer in [0, 2^16]
 * @returns `count` int32 tensors `[2]`
 * @throws KumikoError when the key is none or the count is out of range
 * @example
 * const [a] = splitKeyTensor(keyTensor(key(0)), 2);
 * await keyFromTensor(a); // splitKey(key(0), 2)[0]
 */
export function splitKeyTensor(key: KeyLike, count: number): tf.Tensor1D[] {
  check(
    Number.isInteger(count) && count >= 0 && count <= 2 ** 16,
    'splitKeyTensor',
    () => `expected a count in [0, 65536], got ${count}. Fold an index into the key to make more.`,
  );
  return withKey('splitKeyTensor', key, (tensor) =>
    Array.from({ length: count }, (_, i) => deriveKey({ key: tensor, data: tf.scalar(i, 'int32') }, { high: 0 }) as tf.Tensor1D),
  );
}
