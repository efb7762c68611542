import * as tf from '@tensorflow/tfjs-core';

const CENTRAL = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
];
const TAIL = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
];

function polynomial(coefficients: readonly number[], x: tf.Tensor): tf.Tensor {
  const [first = 0, ...rest] = coefficients;
  return rest.reduce<tf.Tensor>((sum, coefficient) => tf.add(tf.mul(sum, x), coefficient), tf.fill(x.shape, first));
}

/**
 * The inverse error function of float32 in (-1, 1), to a relative error of a few 1e-7: with `w = -ln((1 - x)(1 + x))`,
 * `x p(w - 2.5)` for w < 5 and `x q(sqrt(w) - 3)` beyond.
 *
 * @see Giles, "Approximating the erfinv function", GPU Computing Gems Jade Edition, 2012, table of the single-precision approximation
 */
export function inverseErrorFunction(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const w = tf.neg(tf.log(tf.mul(tf.sub(1, x), tf.add(1, x))));
    const tail = polynomial(TAIL, tf.sub(tf.sqrt(w), 3));
    return tf.mul(tf.where(tf.less(w, 5), polynomial(CENTRAL, tf.sub(w, 2.5)), tail), x);
  });
}

/** The same of one number, in float64. */
export function inverseErrorFunctionOf(x: number): number {
  const w = -Math.log((1 - x) * (1 + x));
  const [coefficients, t] = w < 5 ? [CENTRAL, w - 2.5] : [TAIL, Math.sqrt(w) - 3];
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * t + coefficient;
  return sum * x;
}
