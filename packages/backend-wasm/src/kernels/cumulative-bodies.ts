import { util } from '@tensorflow/tfjs-core';
import type { DataType } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { aroundAxis } from './around-axis.ts';
import { movementModule } from './copy-strided.ts';
import { resolveAxes } from './resolve-axes.ts';
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
    const { outer, rows, columns } = aroundAxis(x.shape, resolveAxes(attrs['axis'] as number, x.shape)[0]!);
    const output = backend.makeOutput(x.shape, x.dtype);
    const host = wasmHost(backend);
    movementModule(host).parallel(entry, splitWork(outer * Math.ceil(columns / SLICE), size, LEAST_ELEMENTS), [
      host.pointer(x.dataId),
      host.pointer(output.dataId),
      outer,
      rows,
      columns,
      attrs['exclusive'] === true ? 1 : 0,
      attrs['reverse'] === true ? 1 : 0,
    ]);
    return output;
  };
}

/** `Cumsum` and `Cumprod`, from one element to the next as tfjs' cpu backend does, by tfjs' name of the kernel. */
export const cumulativeBodies: ReadonlyMap<string, VectorBody> = new Map([
  ['Cumprod', cumulativeBody({ float32: 'cumulativeProduct' })],
  ['Cumsum', cumulativeBody({ float32: 'cumulativeSum', int32: 'integerCumulativeSum' })],
]);
