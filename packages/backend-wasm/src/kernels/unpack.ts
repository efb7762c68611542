import { Unpack } from '@tensorflow/tfjs-core';
import { type CutPart, cutAlong } from './cut-along.ts';
import { resolveAxis } from './resolve-axis.ts';
import { wasmKernel } from './wasm-kernel.ts';

/** `Unpack`. Stock copies all of `value` once for each part. */
export const unpack = wasmKernel<'value', { axis: number }>(Unpack, ({ inputs: { value }, attrs, backend }) => {
  const axis = resolveAxis(attrs.axis, value.shape);
  const parts: CutPart[] = [];
  for (let i = 0; i < value.shape[axis]!; i++) parts.push({ length: 1, shape: value.shape.toSpliced(axis, 1) });
  return cutAlong(backend, value, axis, parts);
});
