import type { Scalar } from '@tensorflow/tfjs-core';

/** A value that follows the step: `step` is an int32 or float32 scalar that counts updates from 0. Pure, and made of tensor ops so that it compiles. */
export type Schedule = (step: Scalar) => Scalar;
