import type { Tensor } from '@tensorflow/tfjs-core';
import { readNpy } from './npy-values.ts';
import { makeTensor } from './stored-tensor.ts';

/**
 * The tensor of a `.npy` file of numpy, which the caller owns. Bytes are copied; they may lie in shared memory.
 *
 * float32 and float16 become float32; float64 is rounded to float32; integers of 8 to 64 bits become int32, where they fit; bool bool;
 * complex64 and complex128 complex64; texts (`<U5`) strings. Both byte orders; arrays in Fortran order come in row-major order.
 *
 * @throws KumikoError when the bytes are no such file, a number does not fit its type, or the type is not supported (objects, records, dates, bytes)
 * @example
 * fromNpy(await toNpy(tf.tensor2d([[1, 2], [3, 4]]))); // [[1, 2], [3, 4]]
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function fromNpy(bytes: Uint8Array): Tensor {
  return makeTensor(readNpy('fromNpy', 'the array', bytes));
}
