import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '@kumiko/backend';
import { wasmBody } from '../internal/wasm-body.ts';
import { checkNorm } from './internal/check-norm.ts';
import type { NormAttributes } from './internal/norm-attributes.ts';
import { rmsNormInputGradient } from './internal/norm-input-gradient.ts';
import { rmsNormScaleGradient } from './internal/norm-scale-gradient.ts';
import { normalisationModule, rowsOf } from './internal/normalisation-module.ts';
import { normalisedRows } from './internal/normalised-rows.ts';

const norm = /* @__PURE__ */ defineOp<'x' | 'gamma', NormAttributes>({
  name: 'RmsNorm',
  inputs: ['x', 'gamma'],
  reference: ({ x, gamma }, { epsilon }) => tf.mul(normalisedRows(false, x, epsilon).normalised, gamma),
  gradient: (dy, { x, gamma }, { epsilon }) => ({
    x: () => rmsNormInputGradient({ dy, x, gamma }, { epsilon }),
    gamma: () => rmsNormScaleGradient({ dy, x }, { epsilon }),
  }),
  kernels: {
    wasm: /* @__PURE__ */ wasmBody<NormAttributes>(({ attributes: { epsilon }, input, pointer, output, run }) => {
      const { shape } = input('x');
      const { info, pointer: out } = output(shape, 'float32');
      const { rows, columns, parts } = rowsOf(shape);
      if (rows > 0) run('rmsNorm', parts, [pointer('x'), pointer('gamma'), out, rows, columns, epsilon]);
      return info;
    }, normalisationModule),
  },
});

/**
 * Root mean square normalisation over the last axis: `y = x / sqrt(mean(x^2) + epsilon) * gamma`, with the mean of each row.
 * On wasm it and its gradients are one pass over each row, on all threads.
 *
 * @param x float32 `[..., n]`
 * @param gamma scale, float32 `[n]`
 * @param epsilon added to the mean square, finite and >= 0. Default 1e-6
 * @returns float32, the shape of x
 * @throws KumikoError when a tensor is not float32, gamma has another length than the last axis, or epsilon is out of range
 * @example
 * // The mean of 1, 1, 9 and 25 is 9.
 * rmsNorm(tf.tensor1d([1, 1, 3, 5]), tf.fill([4], 3), 0); // [1, 1, 3, 5]
 * @see Zhang, Sennrich, "Root mean square layer normalization", NeurIPS 2019; epsilon as in LLaMA
 */
export function rmsNorm(x: tf.Tensor, gamma: tf.Tensor, epsilon = 1e-6): tf.Tensor {
  checkNorm('rmsNorm', x, { gamma }, epsilon);
  return tf.tidy(() => norm({ x, gamma }, { epsilon }));
}
