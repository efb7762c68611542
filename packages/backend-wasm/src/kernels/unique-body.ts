import { util } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { aroundAxis } from './around-axis.ts';
import { movementModule } from './copy-strided.ts';
import { elementSize } from './element-size.ts';
import { resolveAxis } from './resolve-axis.ts';
import { searchingModule } from './searching-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';
import { withScratch } from './with-scratch.ts';

/** `Unique`: the different slices along an axis in the order in which they come, and which of them each slice is. All NaN are one. */
export const uniqueBody: VectorBody = ({ inputs, attrs, backend }) => {
  const x = inputs['x']!;
  const size = elementSize(x.dtype);
  if (size === undefined || size === 8 || util.sizeFromShape(x.shape) === 0) return undefined;
  const axis = resolveAxis(attrs['axis'] as number, x.shape);
  const { outer, rows: n, columns } = aroundAxis(x.shape, axis);
  const slots = 2 ** (33 - Math.clz32(n));
  const host = wasmHost(backend);
  return withScratch(host, [4 * (slots + n + 1)], (table) => {
    const firsts = table + 4 * slots;
    const found = firsts + 4 * n;
    const numbers = backend.makeOutput([n], 'int32');
    searchingModule(host).parallel('uniqueSlices', 1, [
      ...[host.pointer(x.dataId), outer, n, columns * size, size, x.dtype === 'float32' ? 1 : 0],
      ...[table, slots - 1, host.pointer(numbers.dataId), firsts, found],
    ]);
    const count = host.ints()[found >>> 2]!;
    const values = backend.makeOutput(x.shape.with(axis, count), x.dtype);
    const rows = outer * count;
    movementModule(host).parallel('gatherRows', splitWork(rows, rows * columns, LEAST_FLOATS), [
      ...[host.pointer(x.dataId), firsts, host.pointer(values.dataId), host.faults, 1, outer, n, count, columns * size],
    ]);
    return [values, numbers];
  });
};
