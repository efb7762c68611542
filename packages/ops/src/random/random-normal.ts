import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '@kumiko/backend';
import { check, type KeyLike, type Shape } from '@kumiko/core';
import { hostBody } from '../internal/host-body.ts';
import { partsOf, wasmBody } from '../internal/wasm-body.ts';
import { checkShape } from './internal/check-shape.ts';
import { inverseErrorFunctionOf } from './internal/inverse-error-function.ts';
import { keyWords } from './internal/key-words.ts';
import { streamWords } from './internal/stream.ts';
import { randomNormalReference, type RandomNormalAttributes } from './internal/random-normal-reference.ts';
import { withKey } from './internal/with-key.ts';

/** Options of {@link randomNormal}. */
export interface RandomNormalOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Zero or more. Default 1. */
  readonly standardDeviation?: number;
}

const normal = /* @__PURE__ */ defineOp<'key', RandomNormalAttributes>({
  name: 'RandomNormal',
  inputs: ['key'],
  gradient: 'none',
  reference: randomNormalReference,
  kernels: {
    cpu: /* @__PURE__ */ hostBody<RandomNormalAttributes>(({ values, attributes: { shape, mean, standardDeviation } }) => {
      const words = streamWords(keyWords(values('key')), tf.util.sizeFromShape(shape));
      const scale = Math.SQRT2 * standardDeviation;
      const result = Float32Array.from(words, (word) => scale * inverseErrorFunctionOf((word >>> 8) * 2 ** -23 - (1 - 2 ** -24)) + mean);
      return { shape, dtype: 'float32', values: result };
    }),
    wasm: /* @__PURE__ */ wasmBody<RandomNormalAttributes>(({ attributes: { shape, mean, standardDeviation }, pointer, output, run }) => {
      const { info, pointer: out } = output(shape, 'float32');
      const count = tf.util.sizeFromShape(shape);
      if (count > 0) run('threefryNormal', partsOf(count), [pointer('key'), out, count, mean, standardDeviation]);
      return info;
    }),
  },
});

/**
 * Normal random numbers, float32: `mean + standardDeviation * sqrt(2) erfinv(x)`.
 *
 * `x = (2k + 1) / 2^24 - 1` with k the upper 24 bits of the element's word of {@link randomBits}: symmetric about 0, exact in float32 and
 * never -1 or 1, so that no standard normal is larger than 5.42. The inverse error function is the approximation of Giles in float32.
 * The bits behind the numbers are the same on every backend; the numbers agree to a few units in the last place. They are others than
 * those of core's `generator(key).normals`, which pairs words by Box-Muller.
 *
 * @param key a host key, or an int32 tensor `[2]`
 * @param shape of the result, fewer than 2^31 elements
 * @throws KumikoError when the key or the shape is none, `mean` is not finite, or `standardDeviation` is not finite or below 0
 * @example
 * randomNormal(key(0), [2, 3], { mean: 10, standardDeviation: 0 }); // [[10, 10, 10], [10, 10, 10]]
 * @see Giles, "Approximating the erfinv function", GPU Computing Gems Jade Edition, 2012
 */
export function randomNormal(key: KeyLike, shape: Shape, { mean = 0, standardDeviation = 1 }: RandomNormalOptions = {}): tf.Tensor {
  checkShape('randomNormal', shape);
  check(Number.isFinite(mean), 'randomNormal', () => `expected a finite mean, got ${mean}. Pass a number.`);
  check(
    Number.isFinite(standardDeviation) && standardDeviation >= 0,
    'randomNormal',
    () => `expected a finite standardDeviation >= 0, got ${standardDeviation}. Pass the root of the variance.`,
  );
  return withKey('randomNormal', key, (tensor) => normal({ key: tensor }, { shape: [...shape], mean, standardDeviation }));
}
