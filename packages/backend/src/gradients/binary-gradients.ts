import * as tf from '@tensorflow/tfjs-core';
import { defineGradient, type GradientEntry } from './gradient-entry.ts';
import { sumToShape } from './sum-to-shape.ts';

type Tensor = tf.Tensor;
type Formula = (dy: Tensor, a: Tensor, b: Tensor) => Tensor;

interface BinaryFormula {
  readonly a: Formula;
  readonly b: Formula;
  readonly replaces?: true;
}

/** Replaces zeros by ones, so that what is divided by the result stays finite where the caller discards or zeroes it. */
const withoutZeros = (x: Tensor) => tf.add(x, tf.cast(tf.equal(x, 0), 'float32'));

/** The complex conjugate, which only a complex product needs. */
const conjugate = (x: Tensor) => (x.dtype === 'complex64' ? tf.complex(tf.real(x), tf.neg(tf.imag(x))) : x);

const twiceTheDifference = (dy: Tensor, a: Tensor, b: Tensor) => tf.mul(dy, tf.mul(2, tf.sub(a, b)));

const quotient = {
  // Where b is 0 the quotient is not finite; divNoNan drops it, and 0 * 1/0 must not bring NaN back.
  a: (dy: Tensor, _a: Tensor, b: Tensor) => tf.div(dy, withoutZeros(b)),
  b: (dy: Tensor, a: Tensor, b: Tensor) => {
    const divisor = withoutZeros(b);
    return tf.neg(tf.mul(tf.div(dy, divisor), tf.div(a, divisor)));
  },
};

const isInteger = (x: Tensor) => x.dtype === 'int32' || x.dtype === 'bool';

const mask = (condition: Tensor) => tf.cast(condition, 'float32');

const formulas: Readonly<Record<string, BinaryFormula>> = {
  Atan2: {
    a: (dy, a, b) => tf.mul(dy, tf.div(b, withoutZeros(tf.add(tf.square(a), tf.square(b))))),
    b: (dy, a, b) => tf.neg(tf.mul(dy, tf.div(a, withoutZeros(tf.add(tf.square(a), tf.square(b)))))),
    replaces: true,
  },
  // A tie goes to `a`.
  Maximum: { a: (dy, a, b) => tf.mul(dy, mask(tf.greaterEqual(a, b))), b: (dy, a, b) => tf.mul(dy, mask(tf.less(a, b))), replaces: true },
  Minimum: { a: (dy, a, b) => tf.mul(dy, mask(tf.lessEqual(a, b))), b: (dy, a, b) => tf.mul(dy, mask(tf.greater(a, b))), replaces: true },
  // a mod b = a - b floor(a / b)
  Mod: { a: (dy) => dy, b: (dy, a, b) => tf.neg(tf.mul(dy, tf.floor(tf.div(a, b)))), replaces: true },
  Multiply: { a: (dy, _a, b) => tf.mul(dy, conjugate(b)), b: (dy, a) => tf.mul(dy, conjugate(a)), replaces: true },
  RealDiv: { ...quotient, replaces: true },
  // A floor has no slope. `tf.div` of integers runs this kernel too, and is given the quotient's slope, as TensorFlow.js documents by its specs.
  FloorDiv: {
    a: (dy, a, b) => (isInteger(a) && isInteger(b) ? quotient.a(dy, a, b) : tf.zerosLike(dy)),
    b: (dy, a, b) => (isInteger(a) && isInteger(b) ? quotient.b(dy, a, b) : tf.zerosLike(dy)),
    replaces: true,
  },
  SquaredDifference: { a: twiceTheDifference, b: (dy, a, b) => twiceTheDifference(dy, b, a), replaces: true },
};

/** The shapes of the saved inputs are all that addition needs. */
const additions: Readonly<Record<string, Pick<BinaryFormula, 'b'>>> = { Add: { b: (dy) => dy }, Sub: { b: (dy) => tf.neg(dy) } };

/**
 * Gradients of the elementwise kernels of two inputs; an input that was broadcast gets the sum over its copies.
 *
 * Where TensorFlow.js differs: `Maximum`, `Minimum` and `SquaredDifference` do not broadcast there; `Pow` gives NaN at `0 ** 0`
 * and `Atan2` at the origin; quotients make `divNoNan` NaN at a zero divisor; `Mod` hands out a tensor twice; complex products
 * are not conjugated.
 */
export const binaryGradients: readonly GradientEntry[] = [
  ...Object.entries(formulas).map(([kernel, formula]) =>
    defineGradient({
      kernel,
      saves: ['a', 'b'],
      replaces: formula.replaces ?? false,
      gradient: (dy, { a, b }) => ({
        a: () => sumToShape(formula.a(dy, a, b), a.shape),
        b: () => sumToShape(formula.b(dy, a, b), b.shape),
      }),
    }),
  ),
  ...Object.entries(additions).map(([kernel, formula]) =>
    defineGradient({
      kernel,
      saves: ['a', 'b'],
      gradient: (dy, { a, b }) => ({
        a: () => sumToShape(dy, a.shape),
        b: () => sumToShape(formula.b(dy, a, b), b.shape),
      }),
    }),
  ),
  // d a^b / da = b a^(b-1), 0 for b = 0; d a^b / db = a^b ln a, 0 where a <= 0.
  defineGradient({
    kernel: 'Pow',
    saves: ['a', 'b'],
    savesOutput: true,
    replaces: true,
    gradient: (dy, { a, b, y }) => ({
      a: () => {
        const exponent = tf.where(tf.equal(b, 0), tf.onesLike(b), tf.sub(b, 1));
        return sumToShape(tf.mul(dy, tf.mul(b, tf.pow(a, exponent))), a.shape);
      },
      b: () => {
        const logarithm = tf.log(tf.where(tf.greater(a, 0), a, tf.onesLike(a)));
        return sumToShape(tf.mul(dy, tf.mul(y, logarithm)), b.shape);
      },
    }),
  }),
  defineGradient({
    kernel: 'Prelu',
    saves: ['x', 'alpha'],
    gradient: (dy, { x, alpha }) => ({
      x: () => sumToShape(tf.where(tf.greater(x, 0), dy, tf.mul(dy, alpha)), x.shape),
      alpha: () => sumToShape(tf.mul(dy, tf.minimum(x, 0)), alpha.shape),
    }),
  }),
];
