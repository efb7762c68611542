import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '@kumiko/backend';
import { wasmBody } from '../internal/wasm-body.ts';
import { checkNorm } from './internal/check-norm.ts';
import type { NormAttributes } from './internal/norm-attributes.ts';
import { layerNormInputGradient } from './internal/norm-input-gradient.ts';
import { layerNormScaleGradient } from './internal/norm-scale-gradient.ts';
import { normalisationModule, rowsOf } from './internal/normalisation-module.ts';
import { normalisedRows } from './internal/normalised-rows.ts';
import { sumOfRows } from './internal/sum-of-rows.ts';

const norm = /* @__PURE__ */ defineOp<'x' | 'gamma' | 'beta', NormAttributes>({
  name: 'LayerNorm',
  inputs: ['x', 'gamma', 'beta'],
  reference: ({ x, gamma, beta }, { epsilon }) => tf.add(tf.mul(normalisedRows(true, x, epsilon).normalised, gamma), beta),
  gradient: (dy, { x, gamma }, { epsilon }) => ({
    x: () => layerNormInputGradient({ dy, x, gamma }, { epsilon }),
    gamma: () => layerNormScaleGradient({ dy, x }, { epsilon }),
    beta: () => sumOfRows(dy),
  }),
  kernels: {
    wasm: /* @__PURE__ */ wasmBody<NormAttributes>(({ attributes: { epsilon }, input, pointer, output, run }) => {
      const { shape } = input('x');
      const { info, pointer: out } = output(shape, 'float32');
      const { rows, columns, parts } = rowsOf(shape);
      if (rows > 0) run('layerNorm', parts, [pointer('x'), pointer('gamma'), pointer('beta'), out, rows, columns, epsilon]);
      return info;
    }, normalisationModule),
  },
});

/**
 * Layer normalisation over the last axis: `y = (x - mean) / sqrt(variance + epsilon) * gamma + beta`, with the mean and the (biased)
 * variance of each row. On wasm it and its gradients are one pass over each row, on all threads.
 *
 * @param x float32 `[..., n]`
 * @param gamma scale, float32 `[n]`
 * @param beta offset, float32 `[n]`
 * @param epsilon added to the variance, finite and >= 0. Default 1e-5
 * @returns float32, the shape of x
 * @throws KumikoError when a tensor is not float32, a vector has another length than the last axis, or epsilon is out of range
 * @example
 * // Mean 2, variance 1: -1 and 1, times 10 plus 1.
 * layerNorm(tf.tensor2d([[1, 3]]), tf.fill([2], 10), tf.ones([2]), 0); // [[-9, 11]]
 * @see Ba, Kiros, Hinton, "Layer normalization", arXiv 1607.06450; PyTorch's `layer_norm` over one axis
 */
export function layerNorm(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon = 1e-5): tf.Tensor {
  checkNorm('layerNorm', x, { gamma, beta }, epsilon);
  return tf.tidy(() => norm({ x, gamma, beta }, { epsilon }));
}
