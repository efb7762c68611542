import type { Tensor } from '@tensorflow/tfjs-core';
import type { Key, Shape } from '@kumiko/core';

/**
 * Makes the first values of a parameter: a float32 tensor of that shape, the same for the same key on every backend.
 * Kernels have their input axis last but one and their output axis last.
 */
export type Initializer = (key: Key, shape: Shape) => Tensor;
