import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '@kumiko/backend';
import type { KeyLike, Shape } from '@kumiko/core';
import { hostBody } from '../internal/host-body.ts';
import { partsOf, wasmBody } from '../internal/wasm-body.ts';
import { checkShape } from './internal/check-shape.ts';
import { keyWords } from './internal/key-words.ts';
import { streamWords } from './internal/stream.ts';
import { randomBitsReference, type RandomBitsAttributes } from './internal/random-bits-reference.ts';
import { withKey } from './internal/with-key.ts';

const onHost = /* @__PURE__ */ hostBody<RandomBitsAttributes>(({ values, attributes: { shape } }) => ({
  shape,
  dtype: 'int32',
  values: new Int32Array(streamWords(keyWords(values('key')), tf.util.sizeFromShape(shape))),
}));

const bits = /* @__PURE__ */ defineOp<'key', RandomBitsAttributes>({
  name: 'RandomBits',
  inputs: ['key'],
  gradient: 'none',
  reference: randomBitsReference,
  kernels: {
    cpu: onHost,
    webgl: onHost,
    webgpu: onHost,
    wasm: /* @__PURE__ */ wasmBody<RandomBitsAttributes>(({ attributes: { shape }, pointer, output, run }) => {
      const { info, pointer: out } = output(shape, 'int32');
      const count = tf.util.sizeFromShape(shape);
      if (count > 0) run('threefryBits', partsOf(count), [pointer('key'), out, count]);
      return info;
    }),
  },
});

/**
 * Uniform random words of 32 bits, as int32: the same for the same key on every backend and for every thread count.
 *
 * Element i, counted in row-major order, is word `i mod 2` of the Threefry-2x32 block of counter `(2, floor(i / 2))`, read as signed.
 * That is the stream of core's `generator(key)`: its uint32s are these words, read as unsigned. A longer tensor of the same key starts
 * with the same words, so draw each tensor with a key of its own (`splitKey`, `foldIn`).
 *
 * @param key a host key, or an int32 tensor `[2]`
 * @param shape of the result, fewer than 2^31 elements
 * @throws KumikoError when the key or the shape is none
 * @example
 * generator(key(0)).uint32(); // 1688610540
 * randomBits(key(0), [1]).dataSync()[0] >>> 0; // 1688610540
 * @see Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011
 */
export function randomBits(key: KeyLike, shape: Shape): tf.Tensor {
  checkShape('randomBits', shape);
  return withKey('randomBits', key, (tensor) => bits({ key: tensor }, { shape: [...shape] }));
}
