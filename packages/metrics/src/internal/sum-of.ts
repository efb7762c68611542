import { scalar, sum, type Tensor } from '@tensorflow/tfjs-core';

/** The sum of all elements, and 0 of none: stock tfjs-backend-wasm leaves the sum of an empty tensor uninitialised. */
export function sumOf(values: Tensor): Tensor {
  return values.size === 0 ? scalar(0) : sum(values);
}
