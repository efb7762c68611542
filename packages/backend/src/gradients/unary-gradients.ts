import * as tf from '@tensorflow/tfjs-core';
import { defineGradient, type GradientEntry } from './gradient-entry.ts';
import { runKernel } from './run-kernel.ts';

type Tensor = tf.Tensor;
type Formula = (dy: Tensor, value: Tensor) => Tensor;

/** SELU's constants, from the paper (arXiv 1706.02515, equation 14). */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** `1 - x^2`, the square that the inverse sines and tangents share. */
const oneMinusSquare = (x: Tensor) => tf.sub(1, tf.square(x));

/** Gradients by the input: `f'(x) dy`. */
const byInput: Readonly<Record<string, Formula>> = {
  Acos: (dy, x) => tf.neg(tf.div(dy, tf.sqrt(oneMinusSquare(x)))),
  Acosh: (dy, x) => tf.div(dy, tf.sqrt(tf.sub(tf.square(x), 1))),
  Asin: (dy, x) => tf.div(dy, tf.sqrt(oneMinusSquare(x))),
  Asinh: (dy, x) => tf.div(dy, tf.sqrt(tf.add(tf.square(x), 1))),
  Atan: (dy, x) => tf.div(dy, tf.add(tf.square(x), 1)),
  Atanh: (dy, x) => tf.div(dy, oneMinusSquare(x)),
  Cos: (dy, x) => tf.neg(tf.mul(dy, tf.sin(x))),
  Cosh: (dy, x) => tf.mul(dy, tf.sinh(x)),
  Erf: (dy, x) => tf.mul(dy, tf.mul(2 / Math.sqrt(Math.PI), tf.exp(tf.neg(tf.square(x))))),
  Expm1: (dy, x) => tf.mul(dy, tf.exp(x)),
  Log: (dy, x) => tf.div(dy, x),
  Log1p: (dy, x) => tf.div(dy, tf.add(x, 1)),
  Relu: (dy, x) => tf.mul(dy, tf.step(x)),
  Relu6: (dy, x) => tf.mul(dy, tf.mul(tf.step(x), tf.cast(tf.lessEqual(x, 6), 'float32'))),
  // The exponent is clamped so that the branch not taken stays finite in second-order gradients.
  Selu: (dy, x) => tf.mul(dy, tf.where(tf.greater(x, 0), tf.scalar(SELU_SCALE), tf.mul(SELU_SCALE * SELU_ALPHA, tf.exp(tf.minimum(x, 0))))),
  Sin: (dy, x) => tf.mul(dy, tf.cos(x)),
  Sinh: (dy, x) => tf.mul(dy, tf.cosh(x)),
  Softplus: (dy, x) => tf.mul(dy, tf.sigmoid(x)),
  Square: (dy, x) => tf.mul(dy, tf.mul(2, x)),
  Tan: (dy, x) => tf.div(dy, tf.square(tf.cos(x))),
};

/** Gradients by the output, where it says the same with less work: `f'(f^-1(y)) dy`. */
const byOutput: Readonly<Record<string, Formula>> = {
  Elu: (dy, y) => runKernel('EluGrad', { dy, y }),
  Exp: (dy, y) => tf.mul(dy, y),
  Reciprocal: (dy, y) => tf.neg(tf.mul(dy, tf.square(y))),
  Rsqrt: (dy, y) => tf.mul(dy, tf.mul(-0.5, tf.mul(y, tf.square(y)))),
  Sigmoid: (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y))),
  Sqrt: (dy, y) => tf.div(dy, tf.mul(2, y)),
  Tanh: (dy, y) => tf.mul(dy, oneMinusSquare(y)),
};

/**
 * Gradients of the elementwise kernels of one input.
 *
 * `Abs` has the subgradient 0 at 0 (TensorFlow.js has -1, which pushes pruned weights away from zero under an L1 penalty).
 * Formulas by the output are right in gradients of gradients too, where those of TensorFlow.js silently are not.
 */
export const unaryGradients: readonly GradientEntry[] = [
  ...Object.entries(byInput).map(([kernel, formula]) =>
    defineGradient({ kernel, saves: ['x'], gradient: (dy, { x }) => ({ x: () => formula(dy, x) }) }),
  ),
  ...Object.entries(byOutput).map(([kernel, formula]) =>
    defineGradient({ kernel, savesOutput: true, replaces: true, gradient: (dy, { y }) => ({ x: () => formula(dy, y) }) }),
  ),
  defineGradient({ kernel: 'Abs', replaces: true, saves: ['x'], gradient: (dy, { x }) => ({ x: () => tf.mul(dy, tf.sign(x)) }) }),
  defineGradient({ kernel: 'Neg', gradient: (dy) => ({ x: () => tf.neg(dy) }) }),
  defineGradient({
    kernel: 'LeakyRelu',
    saves: ['x'],
    gradient: (dy, { x }, { alpha }: { alpha: number }) => ({ x: () => tf.where(tf.greater(x, 0), dy, tf.mul(dy, alpha)) }),
  }),
  defineGradient({
    kernel: 'ClipByValue',
    saves: ['x'],
    gradient: (dy, { x }, { clipValueMin, clipValueMax }: { clipValueMin: number; clipValueMax: number }) => ({
      x: () => tf.where(tf.logicalAnd(tf.greaterEqual(x, clipValueMin), tf.lessEqual(x, clipValueMax)), dy, tf.zerosLike(dy)),
    }),
  }),
  // EluGrad(dy, y) = dy (y >= 0 ? 1 : 1 + y)
  defineGradient({
    kernel: 'EluGrad',
    saves: ['dy', 'y'],
    gradient: (g, { dy, y }) => ({
      dy: () => runKernel('EluGrad', { dy: g, y }),
      y: () => tf.mul(tf.mul(g, dy), tf.cast(tf.less(y, 0), 'float32')),
    }),
  }),
];
