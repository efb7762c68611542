import * as tf from '@tensorflow/tfjs-core';
import { defineGradient, type GradientEntry } from './gradient-entry.ts';

type Tensor = tf.Tensor;

/** `x / |x|`, 0 at 0, for complex x. */
function direction(x: Tensor): { real: Tensor; imag: Tensor } {
  const magnitude = tf.abs(x);
  const divisor = tf.add(magnitude, tf.cast(tf.equal(magnitude, 0), 'float32'));
  return { real: tf.div(tf.real(x), divisor), imag: tf.div(tf.imag(x), divisor) };
}

/** A complex tensor times a real number. */
const scaleBy = (x: Tensor, factor: number) => tf.complex(tf.mul(tf.real(x), factor), tf.mul(tf.imag(x), factor));

/**
 * Gradients of the complex and spectral kernels, by the rule `dL/da + i dL/db` for z = a + ib.
 * For n points: `FFT` has `n IFFT(dy)`, `IFFT` has `FFT(dy) / n`.
 */
export const complexGradients: readonly GradientEntry[] = [
  defineGradient({ kernel: 'Complex', gradient: (dy) => ({ real: () => tf.real(dy), imag: () => tf.imag(dy) }) }),
  defineGradient({ kernel: 'Real', gradient: (dy) => ({ input: () => tf.complex(dy, tf.zerosLike(dy)) }) }),
  defineGradient({ kernel: 'Imag', gradient: (dy) => ({ input: () => tf.complex(tf.zerosLike(dy), dy) }) }),
  defineGradient({
    kernel: 'ComplexAbs',
    saves: ['x'],
    replaces: true,
    gradient: (dy, { x }) => ({
      x: () => {
        const { real, imag } = direction(x);
        return tf.complex(tf.mul(dy, real), tf.mul(dy, imag));
      },
    }),
  }),
  defineGradient({ kernel: 'FFT', gradient: (dy) => ({ input: () => scaleBy(tf.ifft(dy), dy.shape.at(-1) ?? 1) }) }),
  defineGradient({ kernel: 'IFFT', gradient: (dy) => ({ input: () => scaleBy(tf.fft(dy), 1 / (dy.shape.at(-1) ?? 1)) }) }),
];
