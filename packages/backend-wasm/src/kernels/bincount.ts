import { Bincount, DenseBincount } from '@tensorflow/tfjs-core';
import { countValues } from './count-values.ts';
import { runOnCpu } from './cpu-fallback.ts';
import type { VectorBody } from './vector-kernel.ts';
import { wasmKernel } from './wasm-kernel.ts';

/**
 * `Bincount`: counts over all elements, whatever the shape. Stock claims one row of counts for each row of a matrix, of which it fills the
 * first, and has no weights of type bool. A negative value is the cpu kernel's error.
 */
export const bincount = wasmKernel<'x' | 'weights', { size: number }>(Bincount, (call) => {
  const { x, weights } = call.inputs;
  const { size } = call.attrs;
  const counted = countValues(call.backend, { x, weights, rows: 1, size, isBinary: false, shape: [size] });
  return counted ?? runOnCpu(Bincount, { inputs: { x, weights }, attrs: { size }, backend: call.backend });
});

/** `DenseBincount`: counts for each row of a matrix, or of a vector. Of a vector, stock alone writes whether a value occurs. */
export const denseBincountBody: VectorBody = (call) => {
  const { inputs, attrs, backend } = call;
  const x = inputs['x']!;
  const size = attrs['size'] as number;
  const [rows, isMatrix] = x.shape.length === 2 ? [x.shape[0]!, true] : [1, false];
  const counting = { x, weights: inputs['weights']!, rows, size, isBinary: isMatrix && attrs['binaryOutput'] === true };
  return countValues(backend, { ...counting, shape: isMatrix ? [rows, size] : [size] }) ?? runOnCpu(DenseBincount, call);
};
