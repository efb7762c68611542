import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, type KeyLike } from '@kumiko/core';
import { deriveKey } from './internal/derive-key.ts';
import { withKey } from './internal/with-key.ts';

/**
 * The key of `data` under a key as a tensor, the same as core's `foldIn`, bit for bit: for a compiled step, where the step number is a tensor.
 *
 * On webgl and webgpu tfjs computes integers in float32, so the result stays on the host. A `data` that the GPU computed is read first on
 * webgl; webgpu cannot read at once and refuses it.
 *
 * @param key a host key, or an int32 tensor `[2]`, which stays as it is
 * @param data an integer in [0, 2^32), or an int32 tensor of one element, read as unsigned
 * @returns int32 `[2]`
 * @throws KumikoError when the key is none, a number is not an integer in [0, 2^32), or a tensor is not int32 with one element;
 *   on webgpu, when the GPU computed the key or the data
 * @example
 * const ofStep = foldInTensor(key(0), tf.scalar(7, 'int32'));
 * await keyFromTensor(ofStep); // foldIn(key(0), 7)
 */
export function foldInTensor(key: KeyLike, data: number | tf.Tensor): tf.Tensor1D {
  if (data instanceof tf.Tensor) {
    check(
      data.dtype === 'int32' && data.size === 1,
      'foldInTensor',
      () => `expected data as an int32 tensor of one element, got ${data.dtype} ${formatShape(data.shape)}. Cast the step number to int32.`,
    );
  } else {
    check(
      Number.isInteger(data) && data >= 0 && data < 2 ** 32,
      'foldInTensor',
      () => `expected an integer in [0, 2^32), got ${String(data)}. Pass a step number, or fold a name into a host key with foldIn.`,
    );
  }
  return withKey('foldInTensor', key, (tensor) => {
    const word = data instanceof tf.Tensor ? data : tf.scalar(data | 0, 'int32');
    return deriveKey({ key: tensor, data: word }, { high: 1 }) as tf.Tensor1D;
  });
}
