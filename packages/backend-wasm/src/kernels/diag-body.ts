import { util } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { movementModule } from './copy-strided.ts';
import { elementSize } from './element-size.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

/** `Diag`: zeros with the elements of `x` on the diagonal. */
export const diagBody: VectorBody = ({ inputs, backend }) => {
  const x = inputs['x']!;
  const size = elementSize(x.dtype);
  const n = util.sizeFromShape(x.shape);
  if (size === undefined || size === 8 || n === 0) return undefined;
  const output = backend.makeOutput([...x.shape, ...x.shape], x.dtype);
  const host = wasmHost(backend);
  movementModule(host).parallel('diagonal', splitWork(n, n * n, LEAST_FLOATS), [
    host.pointer(x.dataId),
    host.pointer(output.dataId),
    n,
    size,
  ]);
  return output;
};
