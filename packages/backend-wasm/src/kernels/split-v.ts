import { backend_util, SplitV } from '@tensorflow/tfjs-core';
import { cutAlong } from './cut-along.ts';
import { resolveAxis } from './resolve-axis.ts';
import { wasmKernel } from './wasm-kernel.ts';

/** `SplitV`. Stock copies all of `x` once for each part. */
export const splitV = wasmKernel<'x', { numOrSizeSplits: number | number[]; axis: number }>(SplitV, ({ inputs: { x }, attrs, backend }) => {
  const axis = resolveAxis(attrs.axis, x.shape);
  const lengths = backend_util.prepareSplitSize(x as never, attrs.numOrSizeSplits, axis);
  return cutAlong(
    backend,
    x,
    axis,
    lengths.map((length) => ({ length, shape: x.shape.with(axis, length) })),
  );
});
