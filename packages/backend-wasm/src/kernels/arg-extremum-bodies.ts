import { util } from '@tensorflow/tfjs-core';
import type { DataType } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { aroundAxis } from './around-axis.ts';
import { reduceModule } from './reduce-on-heap.ts';
import { reducedShape } from './reduced-shape.ts';
import { resolveAxes } from './resolve-axes.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

/** @param entries the functions in arg-extremum.as.ts */
function argExtremumBody(entries: Partial<Record<DataType, string>>): VectorBody {
  return ({ inputs, attrs, backend }) => {
    const x = inputs['x']!;
    const entry = entries[x.dtype];
    const size = util.sizeFromShape(x.shape);
    if (entry === undefined || size === 0) return undefined;
    const [axis] = resolveAxes(attrs['axis'] as number, x.shape);
    if (axis === undefined) return undefined;
    const { outer, rows, columns } = aroundAxis(x.shape, axis);
    const output = backend.makeOutput(reducedShape(x.shape, [axis], false), 'int32');
    const host = wasmHost(backend);
    reduceModule(host).parallel(entry, splitWork(outer * Math.ceil(columns / 16), size, LEAST_FLOATS), [
      host.pointer(x.dataId),
      host.pointer(output.dataId),
      outer,
      rows,
      columns,
    ]);
    return output;
  };
}

/** `ArgMax` and `ArgMin`: the first place of the extremum. NaN is never one, unless it comes first: then the place is 0, as on tfjs' cpu backend. */
export const argExtremumBodies: ReadonlyMap<string, VectorBody> = new Map([
  ['ArgMax', argExtremumBody({ float32: 'argMaximum', int32: 'integerArgMaximum' })],
  ['ArgMin', argExtremumBody({ float32: 'argMinimum', int32: 'integerArgMinimum' })],
]);
