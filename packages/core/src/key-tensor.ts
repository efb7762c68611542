import { tensor1d, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { check } from './check.ts';
import type { Key } from './key.ts';
import { formatShape } from './shape.ts';

/**
 * A key as an int32 tensor `[2]`, its words reinterpreted as signed: what a compiled step takes as its source of randomness.
 *
 * @example
 * const state = { step: tf.scalar(0, 'int32'), key: keyTensor(key(42)) };
 */
export function keyTensor(key: Key): Tensor1D {
  return tensor1d(
    key.words.map((word) => word | 0),
    'int32',
  );
}

/**
 * The key that {@link keyTensor} wrote, for example after a checkpoint was read. Reads the tensor and does not dispose it.
 *
 * @param tensor int32 `[2]`
 * @throws KumikoError when the tensor is not int32 `[2]`
 * @example
 * const again = await keyFromTensor(keyTensor(key(42))); // again.words is [0, 42]
 */
export async function keyFromTensor(tensor: Tensor): Promise<Key> {
  check(
    tensor.dtype === 'int32' && tensor.rank === 1 && tensor.size === 2,
    'keyFromTensor',
    () => `expected an int32 tensor [2], got ${tensor.dtype} ${formatShape(tensor.shape)}. Pass a tensor that keyTensor made.`,
  );
  const [high, low] = (await tensor.data()) as Int32Array;
  return Object.freeze({ words: Object.freeze([(high as number) >>> 0, (low as number) >>> 0] as const) });
}
