import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, keyTensor, type Key, type KeyLike } from '@kumiko/core';

/** Runs a function with the key as a tensor, made for the call where it was a host key, and keeps nothing but its result. */
export function withKey<R extends tf.TensorContainer>(symbol: string, key: KeyLike, fn: (key: tf.Tensor) => R): R {
  if (key instanceof tf.Tensor) {
    check(
      key.dtype === 'int32' && key.rank === 1 && key.size === 2,
      symbol,
      () =>
        `expected a key as an int32 tensor [2], got ${key.dtype} ${formatShape(key.shape)}. Pass key(seed), or a tensor that keyTensor made.`,
    );
    return tf.tidy(() => fn(key));
  }
  const words = (key as Key | undefined)?.words;
  check(
    Array.isArray(words) && words.length === 2,
    symbol,
    () => `expected a key, got ${key === null ? 'null' : typeof key}. Pass key(seed), or a tensor that keyTensor made.`,
  );
  return tf.tidy(() => fn(keyTensor(key)));
}
