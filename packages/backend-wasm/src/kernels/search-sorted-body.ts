import { SearchSorted, util } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { runOnCpu } from './cpu-fallback.ts';
import { searchingModule } from './searching-module.ts';
import { splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

/** Steps of searches that repay a part. */
const LEAST_STEPS = 2 ** 17;

/** `SearchSorted`: `lowerBound` and `upperBound`. Stock finds no place for bools. */
export const searchSortedBody: VectorBody = (call) => {
  const { inputs, attrs, backend } = call;
  const sorted = inputs['sortedSequence']!;
  const values = inputs['values']!;
  const { dtype } = values;
  const [rows, width] = values.shape as [number, number];
  const length = sorted.shape[1]!;
  const isCovered = (dtype === 'float32' || dtype === 'int32') && sorted.dtype === dtype && sorted.shape[0] === rows;
  if (!isCovered || util.sizeFromShape(values.shape) === 0) return runOnCpu(SearchSorted, call);
  const output = backend.makeOutput(values.shape, 'int32');
  const host = wasmHost(backend);
  const steps = rows * width * (32 - Math.clz32(length));
  searchingModule(host).parallel('searchSorted', splitWork(rows * Math.ceil(width / 16), steps, LEAST_STEPS), [
    host.pointer(sorted.dataId),
    host.pointer(values.dataId),
    host.pointer(output.dataId),
    rows,
    length,
    width,
    attrs['side'] === 'left' ? 1 : 0,
    dtype === 'float32' ? 1 : 0,
  ]);
  return output;
};
