import { Unpack, util } from '@tensorflow/tfjs-core';
import { sliceTensor } from './slice.ts';
import { wasmKernel } from './wasm-kernel.ts';

/** `Unpack`. Stock copies all of `value` once for each part. */
export const unpack = wasmKernel<'value', { axis: number }>(Unpack, ({ inputs: { value }, attrs, backend }) => {
  const axis = util.parseAxisParam(attrs.axis, value.shape)[0]!;
  const shape = value.shape.toSpliced(axis, 1);
  return Array.from({ length: value.shape[axis]! }, (_, i) => {
    const begin = value.shape.map((_length, dimension) => (dimension === axis ? i : 0));
    return { ...sliceTensor(backend, value, begin, value.shape.with(axis, 1)), shape };
  });
});
