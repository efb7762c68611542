import { OneHot, util } from '@tensorflow/tfjs-core';
import type { DataType } from '@tensorflow/tfjs-core';
import { wasmKernel } from './wasm-kernel.ts';

interface OneHotAttrs {
  readonly depth: number;
  readonly onValue: number;
  readonly offValue: number;
  readonly dtype: DataType;
}

/** `OneHot`: indices out of range give a row of `offValue`. Stock writes integers whatever the dtype, so that a float32 1 becomes 1.4e-45. */
export const oneHot = wasmKernel<'indices', OneHotAttrs>(OneHot, ({ inputs: { indices }, attrs, backend }) => {
  const { depth, onValue, offValue, dtype } = attrs;
  const output = backend.makeOutput([...indices.shape, depth], dtype);
  const [on, off] = dtype === 'bool' ? [Number(onValue !== 0), Number(offValue !== 0)] : [onValue, offValue];
  const values = backend.typedArrayFromHeap(output).fill(off);
  const rows = backend.typedArrayFromHeap(indices);
  for (let row = 0; row < util.sizeFromShape(indices.shape); row++) {
    const index = rows[row]!;
    if (index >= 0 && index < depth) values[row * depth + index] = on;
  }
  return output;
});
