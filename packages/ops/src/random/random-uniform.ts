import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '@kumiko/backend';
import { check, type KeyLike, type Shape } from '@kumiko/core';
import { hostBody } from '../internal/host-body.ts';
import { partsOf, wasmBody } from '../internal/wasm-body.ts';
import { checkShape } from './internal/check-shape.ts';
import { keyWords } from './internal/key-words.ts';
import { streamWords } from './internal/stream.ts';
import { uniformScale } from './internal/uniform-scale.ts';
import { randomUniformReference, type RandomUniformAttributes } from './internal/random-uniform-reference.ts';
import { withKey } from './internal/with-key.ts';

/** Options of {@link randomUniform}. */
export interface RandomUniformOptions {
  /** The smallest value. Default 0. */
  readonly minimum?: number;
  /** What every value is below. Default 1. */
  readonly maximum?: number;
}

const onHost = /* @__PURE__ */ hostBody<RandomUniformAttributes>(({ values, attributes: { shape, ...between } }) => {
  const { minimum, range, limit } = uniformScale(between.minimum, between.maximum);
  const words = streamWords(keyWords(values('key')), tf.util.sizeFromShape(shape));
  const result = new Float32Array(words.length);
  for (let i = 0; i < words.length; i++) {
    const scaled = Math.fround(((words[i] as number) >>> 8) * 2 ** -24 * range);
    result[i] = Math.min(Math.fround(scaled + minimum), limit);
  }
  return { shape, dtype: 'float32', values: result };
});

const uniform = /* @__PURE__ */ defineOp<'key', RandomUniformAttributes>({
  name: 'RandomUniform',
  inputs: ['key'],
  gradient: 'none',
  reference: randomUniformReference,
  kernels: {
    cpu: onHost,
    webgl: onHost,
    webgpu: onHost,
    wasm: /* @__PURE__ */ wasmBody<RandomUniformAttributes>(({ attributes, pointer, output, run }) => {
      const { minimum, range, limit } = uniformScale(attributes.minimum, attributes.maximum);
      const { info, pointer: out } = output(attributes.shape, 'float32');
      const count = tf.util.sizeFromShape(attributes.shape);
      if (count > 0) run('threefryUniform', partsOf(count), [pointer('key'), out, count, minimum, range, limit]);
      return info;
    }),
  },
});

/**
 * Uniform random numbers, float32 in [minimum, maximum).
 *
 * With `u` the upper 24 bits of the element's word of {@link randomBits} times 2^-24, an exact multiple of 2^-24 in [0, 1), the value is
 * `min(minimum + (maximum - minimum) u, largest float32 below maximum)`, each step rounded to float32. In [0, 1) the numbers are the same
 * on every backend, bit for bit, and the same as those of core's `generator(key).uniforms`.
 *
 * @param key a host key, or an int32 tensor `[2]`
 * @param shape of the result, fewer than 2^31 elements
 * @throws KumikoError when the key or the shape is none, or `minimum < maximum` does not hold for finite float32
 * @example
 * randomUniform(key(0), [2]); // generator(key(0)).uniforms(2)
 * randomUniform(key(0), [2], { minimum: -1, maximum: 1 }).shape; // [2]
 */
export function randomUniform(key: KeyLike, shape: Shape, { minimum = 0, maximum = 1 }: RandomUniformOptions = {}): tf.Tensor {
  checkShape('randomUniform', shape);
  const { range } = uniformScale(minimum, maximum);
  check(
    range > 0 && Number.isFinite(range),
    'randomUniform',
    () => `expected finite minimum < maximum, got ${minimum} and ${maximum}. Swap or widen them.`,
  );
  return withKey('randomUniform', key, (tensor) => uniform({ key: tensor }, { shape: [...shape], minimum, maximum }));
}
