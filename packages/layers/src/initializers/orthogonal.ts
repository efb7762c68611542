import { tensor } from '@tensorflow/tfjs-core';
import { check, generator } from '@kumiko/core';
import type { Initializer } from './initializer.ts';

/** Makes the rows orthonormal by modified Gram-Schmidt, each against those before it. */
function orthonormalise(rows: readonly Float64Array[]): void {
  for (const [i, row] of rows.entries()) {
    // A second pass removes what rounding left of the first.
    for (let pass = 0; pass < 2; pass++) {
      for (const before of rows.slice(0, i)) {
        let dot = 0;
        for (let k = 0; k < row.length; k++) dot += (row[k] as number) * (before[k] as number);
        for (let k = 0; k < row.length; k++) row[k] = (row[k] as number) - dot * (before[k] as number);
      }
    }
    const length = Math.hypot(...row);
    for (let k = 0; k < row.length; k++) row[k] = (row[k] as number) / length;
  }
}

/**
 * An initializer of orthonormal rows or columns, whichever are fewer, of the kernel as a matrix `[product of the other axes, last axis]`:
 * it keeps the length of what passes through. Uniform among such matrices.
 *
 * @param gain factor of all values. Default: 1
 * @throws KumikoError when `gain` is not finite, or the shape has fewer than two axes
 * @example
 * const kernel = orthogonal()(key(0), [2, 2]);
 * tf.matMul(kernel, kernel, false, true); // [[1, 0], [0, 1]]
 * @see Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", ICLR 2014; torch.nn.init.orthogonal_
 */
export function orthogonal(gain = 1): Initializer {
  check(Number.isFinite(gain), 'orthogonal', () => `expected a finite gain, got ${gain}. Pass for example 1.`);
  return (key, shape) => {
    check(
      shape.length >= 2,
      'orthogonal',
      () => `expected a shape of two axes or more, got [${shape.join(',')}]. Use another initializer for vectors.`,
    );
    const columns = shape.at(-1) as number;
    const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
    const random = generator(key);
    const [count, length] = rows <= columns ? [rows, columns] : [columns, rows];
    const vectors = Array.from({ length: count }, () => Float64Array.from({ length }, () => random.normal()));
    orthonormalise(vectors);
    const values = new Float32Array(rows * columns);
    for (const [i, vector] of vectors.entries()) {
      for (const [k, value] of vector.entries()) values[rows <= columns ? i * columns + k : k * columns + i] = gain * value;
    }
    return tensor(values, [...shape], 'float32');
  };
}
