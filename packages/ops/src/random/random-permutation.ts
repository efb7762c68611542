import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '@kumiko/backend';
import { check, generator, type KeyLike } from '@kumiko/core';
import { hostValues } from '../internal/host-values.ts';
import { wasmBody } from '../internal/wasm-body.ts';
import { keyWords } from './internal/key-words.ts';
import { withKey } from './internal/with-key.ts';

type Attributes = { readonly length: number };

const permutation = /* @__PURE__ */ defineOp<'key', Attributes>({
  name: 'RandomPermutation',
  inputs: ['key'],
  gradient: 'none',
  reference: ({ key }, { length }) => tf.tensor1d(generator({ words: keyWords(hostValues(key)) }).permutation(length), 'int32'),
  kernels: {
    wasm: /* @__PURE__ */ wasmBody<Attributes>(({ attributes: { length }, pointer, output, run }) => {
      const { info, pointer: out } = output([length], 'int32');
      if (length > 0) run('threefryPermutation', 1, [pointer('key'), out, length]);
      return info;
    }),
  },
});

/**
 * The integers 0 to `length - 1` in random order, as indices that `tf.gather` takes: the same on every backend, and the same as
 * core's `generator(key).permutation(length)`, so that a data set can be shuffled on the host and on the device alike.
 *
 * Every order is equally likely (Fisher-Yates, which sorting by random keys of finite length only approaches); in turn it is sequential:
 * some 10 ns an element on one thread. On webgl and webgpu the key is read and the order is drawn on the host.
 *
 * @param key a host key, or an int32 tensor `[2]`
 * @param length an integer in [0, 2^31)
 * @returns int32 `[length]`
 * @throws KumikoError when the key is none or the length is out of range
 * @example
 * randomPermutation(key(1), 5); // generator(key(1)).permutation(5)
 * @see Durstenfeld, Algorithm 235, Communications of the ACM, 1964
 */
export function randomPermutation(key: KeyLike, length: number): tf.Tensor1D {
  check(
    Number.isInteger(length) && length >= 0 && length < 2 ** 31,
    'randomPermutation',
    () => `expected a length in [0, 2^31), got ${length}. Pass how many indices you need.`,
  );
  return withKey('randomPermutation', key, (tensor) => permutation({ key: tensor }, { length }) as tf.Tensor1D);
}
