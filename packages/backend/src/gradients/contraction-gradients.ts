import { matMul } from '@tensorflow/tfjs-core';
import { defineGradient, type GradientEntry } from './gradient-entry.ts';
import { sumToShape } from './sum-to-shape.ts';

interface BatchMatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/**
 * Gradient of `BatchMatMul`, `Y = op(A) op(B)`: `dA = dY op(B)^T` and `dB = op(A)^T dY`, each written for A and B as they are stored.
 * Batch axes that were broadcast are summed, which TensorFlow.js leaves out.
 *
 * `tf.fused.matMul` needs no entry: core differentiates it itself, in terms of this kernel.
 */
export const contractionGradients: readonly GradientEntry[] = [
  defineGradient({
    kernel: 'BatchMatMul',
    saves: ['a', 'b'],
    replaces: true,
    gradient: (dy, { a, b }, { transposeA, transposeB }: BatchMatMulAttributes) => ({
      a: () => sumToShape(transposeA ? matMul(b, dy, transposeB, true) : matMul(dy, b, false, !transposeB), a.shape),
      b: () => sumToShape(transposeB ? matMul(dy, a, true, transposeA) : matMul(a, dy, !transposeA, false), b.shape),
    }),
  }),
];
