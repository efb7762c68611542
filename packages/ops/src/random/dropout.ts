import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '@kumiko/backend';
import { check, type KeyLike } from '@kumiko/core';
import { partsOf, wasmBody } from '../internal/wasm-body.ts';
import { checkRate } from './internal/check-rate.ts';
import { dropoutReference, type DropoutAttributes } from './internal/dropout-reference.ts';
import { withKey } from './internal/with-key.ts';

const drop = /* @__PURE__ */ defineOp<'x' | 'key', DropoutAttributes>({
  name: 'Dropout',
  inputs: ['x', 'key'],
  gradient: 'none',
  reference: dropoutReference,
  kernels: {
    wasm: /* @__PURE__ */ wasmBody<DropoutAttributes>(({ attributes: { rate }, input, pointer, output, run }) => {
      const { shape } = input('x');
      const { info, pointer: out } = output(shape, 'float32');
      const count = tf.util.sizeFromShape(shape);
      const threshold = Math.ceil(Math.fround(rate) * 2 ** 24);
      if (count > 0) run('threefryDropout', partsOf(count), [pointer('key'), pointer('x'), out, count, threshold, 1 / (1 - rate)]);
      return info;
    }),
  },
});

/**
 * Dropout: `x / (1 - rate)`, with each element set to 0 with probability `rate`; `x * dropoutMask(key, x.shape, rate)` for finite x.
 *
 * The gradient is the same for the cotangent, `dy * dropoutMask(key, x.shape, rate)`: it draws the mask anew from the key,
 * so that neither the mask nor x is kept for it. A tensor key is kept.
 *
 * @param x float32, any shape
 * @param key a host key, or an int32 tensor `[2]`; a new one every step
 * @param rate in [0, 1)
 * @returns float32, the shape of x
 * @throws KumikoError when x is not float32, the key is none, or the rate is out of range
 * @example
 * dropout(tf.tensor1d([1, 2]), key(0), 0); // [1, 2]
 * @see Srivastava et al., "Dropout", JMLR 2014; inverted scaling as in PyTorch's `Dropout` and `tf.dropout`
 */
export function dropout(x: tf.Tensor, key: KeyLike, rate: number): tf.Tensor {
  check(x.dtype === 'float32', 'dropout', () => `expected float32, got ${x.dtype}. Cast x.`);
  checkRate('dropout', rate);
  return withKey('dropout', key, (tensor) => differentiable(x, tensor, rate));
}

function differentiable(x: tf.Tensor, key: tf.Tensor, rate: number): tf.Tensor {
  const custom = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args.pop() as tf.GradSaveFunc;
    save([key]);
    return {
      value: drop({ x: args[0] as tf.Tensor, key }, { rate }),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => differentiable(dy, saved as tf.Tensor, rate),
    };
  });
  return custom(x);
}
