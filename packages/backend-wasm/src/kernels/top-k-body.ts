import { TopK, util } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { runOnCpu } from './cpu-fallback.ts';
import { searchingModule } from './searching-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';
import { withScratch } from './with-scratch.ts';

/** As many are found faster by sorting a whole row, */
const LEAST_SORTED = 32;

/** unless it is longer than so many times their number. */
const MOST_PER_SORTED = 16;

/** Bytes of the counters in sort-elements.as.ts. */
const SORT_COUNTERS = 4 * 256 * 4;

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
  const tasks = splitWork(rows, size, LEAST_FLOATS);
  const module = searchingModule(host);
  const from = host.pointer(x.dataId);
  const [toValues, toPlaces] = [host.pointer(values.dataId), host.pointer(places.dataId)];
  const isFloat = dtype === 'float32' ? 1 : 0;
  if (k < LEAST_SORTED || k * MOST_PER_SORTED < length) {
    module.parallel('topElements', tasks, [from, toValues, toPlaces, rows, length, k, isFloat]);
  } else {
    withScratch(host, [tasks * (SORT_COUNTERS + 16 * length)], (scratch) => {
      module.parallel('sortElements', tasks, [from, toValues, toPlaces, scratch, rows, length, k, isFloat]);
    });
  }
  return [values, places];
};
