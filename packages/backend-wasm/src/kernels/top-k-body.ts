import { TopK, util } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { runOnCpu } from './cpu-fallback.ts';
import { searchingModule } from './searching-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

/**
 * `TopK`, the greatest first and the first of equals before the others. A NaN is greater than all numbers, as in PyTorch; on tfjs' cpu backend and
 * in stock it depends on where it stands what comes of it. Those that may be in any order are sorted too.
 */
export const topKBody: VectorBody = (call) => {
  const { inputs, attrs, backend } = call;
  const x = inputs['x']!;
  const k = attrs['k'] as number;
  const { shape, dtype } = x;
  const length = shape.at(-1) ?? 0;
  const size = util.sizeFromShape(shape);
  if ((dtype !== 'float32' && dtype !== 'int32') || size === 0 || k < 1 || k > length) return runOnCpu(TopK, call);
  const outputShape = shape.with(shape.length - 1, k);
  const values = backend.makeOutput(outputShape, dtype);
  const places = backend.makeOutput(outputShape, 'int32');
  const host = wasmHost(backend);
  const rows = size / length;
  searchingModule(host).parallel('topElements', splitWork(rows, size, LEAST_FLOATS), [
    host.pointer(x.dataId),
    host.pointer(values.dataId),
    host.pointer(places.dataId),
    rows,
    length,
    k,
    dtype === 'float32' ? 1 : 0,
  ]);
  return [values, places];
};
