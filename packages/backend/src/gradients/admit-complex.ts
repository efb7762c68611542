import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * Lets a complex gradient pass the backward pass, which checks once that every gradient's dtype is `float32`:
 * the first read of the dtype says so, each later one says `complex64`. Other tensors are returned as they are.
 *
 * The gradient of a real loss L by z = a + ib is `dL/da + i dL/db`, as in TensorFlow and PyTorch.
 */
export function admitComplex(gradient: Tensor): Tensor {
  if (gradient.dtype !== 'complex64') return gradient;
  let checked = false;
  return Object.defineProperty(gradient, 'dtype', {
    configurable: true,
    enumerable: true,
    get: () => {
      if (checked) return 'complex64';
      checked = true;
      return 'float32';
    },
  });
}
