import type * as tf from '@tensorflow/tfjs-core';
import { hostValues } from './host-values.ts';

/** What a kernel that runs in JavaScript is called with. */
export interface HostCall<A> {
  readonly attributes: A;
  /** An input's values. */
  readonly values: (input: string) => tf.TypedArray;
}

/** A result that is still on the host. */
export interface HostResult {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly values: Float32Array | Int32Array;
}

/** A kernel in plain JavaScript, for any backend: it reads its inputs and hands its output to the backend. */
export function hostBody<A>(body: (call: HostCall<A>) => HostResult): tf.KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const owner = backend as tf.KernelBackend;
    const { shape, dtype, values } = body({
      attributes: attrs as unknown as A,
      values: (input) => hostValues(inputs[input] as tf.TensorInfo, owner),
    });
    return { dataId: owner.write(values, [...shape], dtype), shape: [...shape], dtype };
  };
}
