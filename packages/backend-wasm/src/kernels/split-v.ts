import { backend_util, SplitV, util } from '@tensorflow/tfjs-core';
import { sliceTensor } from './slice.ts';
import { wasmKernel } from './wasm-kernel.ts';

/** `SplitV`. Stock copies all of `x` once for each part. */
export const splitV = wasmKernel<'x', { numOrSizeSplits: number | number[]; axis: number }>(SplitV, ({ inputs: { x }, attrs, backend }) => {
  const axis = util.parseAxisParam(attrs.axis, x.shape)[0]!;
  const begin = x.shape.map(() => 0);
  return backend_util.prepareSplitSize(x as never, attrs.numOrSizeSplits, axis).map((length) => {
    const part = sliceTensor(backend, x, [...begin], x.shape.with(axis, length));
    begin[axis]! += length;
    return part;
  });
});
