/** @internal */
import type * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import type { Capture } from './program.ts';

/** A program that is ready to run. */
export interface Runnable {
  /** From the arguments' leaves to the results' leaves. */
  run(args: readonly tf.Tensor[]): tf.Tensor[];
  dispose(): void;
}

/** The tensor of a capture. @throws KumikoError when it was disposed */
export function readCapture({ tensor }: Capture): tf.Tensor {
  check(
    !tensor.isDisposed,
    'compile',
    () =>
      `expected the tensor of shape ${formatShape(tensor.shape)} that the function uses from outside to live, got a disposed one. Keep it, or pass it in as an argument.`,
  );
  return tensor;
}
