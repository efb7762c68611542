import * as tf from '@tensorflow/tfjs-core';

type Tensor = tf.Tensor;

/** Step of the central differences; their error is about `STEP^2` times the third derivative. */
const STEP = 1e-5;

/**
 * The gradients of a scalar function by central differences: `(f(x + h) - f(x - h)) / 2h` for each element.
 *
 * @param f from tensors to a scalar
 * @param inputs where to differentiate
 * @returns one list of derivatives for each input
 */
export function finiteDifferences(f: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]): number[][] {
  return inputs.map((input, position) => {
    const values = input.dataSync();
    const at = (index: number, step: number) =>
      tf.tidy(() => {
        const moved = Array.from(values);
        moved[index] = (moved[index] as number) + step;
        const changed = tf.tensor(moved, input.shape, 'float32');
        return f(...inputs.map((other, index) => (index === position ? changed : other))).dataSync()[0] as number;
      });
    return Array.from(values, (_value, index) => (at(index, STEP) - at(index, -STEP)) / (2 * STEP));
  });
}
