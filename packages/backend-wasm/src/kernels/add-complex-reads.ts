import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { complexOnHeap } from './complex-on-heap.ts';

/**
 * Lets a wasm backend read complex tensors: stock writes, moves and disposes them rightly (as interleaved parts), but refuses to read them.
 *
 * @param backend a backend with a host, which is changed
 */
export function addComplexReads(backend: BackendWasm): void {
  const readStock = backend.readSync.bind(backend);
  backend.readSync = (dataId, start, end) => {
    const { dtype, shape } = backend.dataIdMap.get(dataId);
    if (dtype !== 'complex64') return readStock(dataId, start, end);
    const values = complexOnHeap(backend, { dataId, shape });
    return values.slice(2 * (start ?? 0), end === undefined ? values.length : 2 * end);
  };
}
