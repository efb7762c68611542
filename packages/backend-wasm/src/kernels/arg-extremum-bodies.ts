import { util } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { reduceModule } from './reduce-on-heap.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

function argExtremumBody(operation: 'Maximum' | 'Minimum'): VectorBody {
  return ({ inputs, attrs, backend }) => {
    const x = inputs['x']!;
    if ((x.dtype !== 'float32' && x.dtype !== 'int32') || util.sizeFromShape(x.shape) === 0) return undefined;
    const [axis] = util.parseAxisParam(attrs['axis'] as number, x.shape);
    if (axis === undefined) return undefined;
    const outer = util.sizeFromShape(x.shape.slice(0, axis));
    const rows = x.shape[axis]!;
    const columns = util.sizeFromShape(x.shape.slice(axis + 1));
    const output = backend.makeOutput(x.shape.toSpliced(axis, 1), 'int32');
    const host = wasmHost(backend);
    const items = outer * Math.ceil(columns / 16);
    reduceModule(host).parallel(
      x.dtype === 'float32' ? `arg${operation}` : `integerArg${operation}`,
      splitWork(items, outer * rows * columns, LEAST_FLOATS),
      [host.pointer(x.dataId), host.pointer(output.dataId), outer, rows, columns],
    );
    return output;
  };
}

/** `ArgMax` and `ArgMin`: the first place of the extremum. NaN is never one, unless it comes first: then the place is 0, as on tfjs' cpu backend. */
export const argExtremumBodies: ReadonlyMap<string, VectorBody> = new Map([
  ['ArgMax', argExtremumBody('Maximum')],
  ['ArgMin', argExtremumBody('Minimum')],
]);
