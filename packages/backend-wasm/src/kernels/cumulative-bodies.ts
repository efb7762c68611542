import { util } from '@tensorflow/tfjs-core';
import type { DataType } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { movementModule } from './copy-strided.ts';
import { splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

/** Elements that repay a part: each waits for the one before. */
const LEAST_ELEMENTS = 2 ** 15;

/** Columns of a slice in cumulate.as.ts. */
const SLICE = 256;

function cumulativeBody(entries: Partial<Record<DataType, string>>): VectorBody {
  return ({ inputs, attrs, backend }) => {
    const x = inputs['x']!;
    const entry = entries[x.dtype];
    const size = util.sizeFromShape(x.shape);
    if (entry === undefined || size === 0 || x.shape.length === 0) return undefined;
    const axis = util.parseAxisParam(attrs['axis'] as number, x.shape)[0]!;
    const outer = util.sizeFromShape(x.shape.slice(0, axis));
    const columns = util.sizeFromShape(x.shape.slice(axis + 1));
    const output = backend.makeOutput(x.shape, x.dtype);
    const host = wasmHost(backend);
    movementModule(host).parallel(entry, splitWork(outer * Math.ceil(columns / SLICE), size, LEAST_ELEMENTS), [
      ...[host.pointer(x.dataId), host.pointer(output.dataId), outer, x.shape[axis]!, columns],
      ...[attrs['exclusive'] === true ? 1 : 0, attrs['reverse'] === true ? 1 : 0],
    ]);
    return output;
  };
}

/** `Cumsum` and `Cumprod`, from one element to the next as tfjs' cpu backend does, by tfjs' name of the kernel. */
export const cumulativeBodies: ReadonlyMap<string, VectorBody> = new Map([
  ['Cumprod', cumulativeBody({ float32: 'cumulativeProduct' })],
  ['Cumsum', cumulativeBody({ float32: 'cumulativeSum', int32: 'integerCumulativeSum' })],
]);
