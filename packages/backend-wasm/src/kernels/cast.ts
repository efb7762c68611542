import { Cast, Real, util } from '@tensorflow/tfjs-core';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { complexOnHeap } from './complex-on-heap.ts';
import { movementModule } from './copy-strided.ts';
import { runOnCpu } from './cpu-fallback.ts';
import { runKernel } from './run-kernel.ts';
import { shareTensor } from './share-tensor.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import { wasmKernel } from './wasm-kernel.ts';

/** The functions in cast.as.ts, by the dtypes that they convert from and to. */
const entries: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  float32: { int32: 'floatsToIntegers', bool: 'floatsToBools' },
  int32: { float32: 'integersToFloats', bool: 'integersToBools' },
  bool: { float32: 'boolsToFloats', int32: 'boolsToIntegers' },
};

/** Converts between float32, int32 and bool. Integers are made as in JavaScript: the fraction is cut off, NaN becomes 0. */
function castReal(backend: BackendWasm, x: TensorInfo, dtype: DataType): TensorInfo {
  if (x.dtype === dtype) return shareTensor(backend, x);
  const output = backend.makeOutput(x.shape, dtype);
  const host = wasmHost(backend);
  const size = util.sizeFromShape(x.shape);
  movementModule(host).parallel(entries[x.dtype]![dtype]!, splitWork(Math.ceil(size / 16), size, LEAST_FLOATS), [
    host.pointer(x.dataId),
    host.pointer(output.dataId),
    size,
  ]);
  return output;
}

/**
 * `Cast`. Stock stores a number's low byte as a bool (3 stays 3, 256 becomes false), copies where nothing changes, and has no complex numbers.
 */
export const cast = wasmKernel<'x', { dtype: DataType }>(Cast, ({ inputs: { x }, attrs, backend }) => {
  const { dtype } = attrs;
  // From and to strings: nothing to convert, or the cpu kernel's error.
  if (x.dtype === 'string' || dtype === 'string')
    return x.dtype === dtype ? shareTensor(backend, x) : runOnCpu(Cast, { inputs: { x }, attrs: { dtype }, backend });
  if (x.dtype === 'complex64') {
    if (dtype === 'complex64') return shareTensor(backend, x);
    const real = runKernel(Real, backend, { input: x });
    const output = castReal(backend, real, dtype);
    backend.disposeData(real.dataId);
    return output;
  }
  if (dtype === 'complex64') {
    const output = backend.makeOutput(x.shape, dtype);
    const values = complexOnHeap(backend, output).fill(0);
    const source = backend.typedArrayFromHeap(x);
    for (let i = 0; i < source.length; i++) values[2 * i] = source[i]!;
    return output;
  }
  return castReal(backend, x, dtype);
});
