import { ComplexAbs, util } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { splitWork } from './split-work.ts';
import { wasmKernel } from './wasm-kernel.ts';

/** Numbers that repay a part, about 40 us. */
const LEAST_NUMBERS = 2 ** 15;

/** `ComplexAbs`: sqrt(re^2 + im^2) within 0.51 units in the last place, without overflow of the squares. Missing in stock. */
export const complexAbs = wasmKernel<'x'>(ComplexAbs, ({ inputs: { x }, backend }) => {
  const output = backend.makeOutput(x.shape, 'float32');
  const size = util.sizeFromShape(x.shape);
  const host = wasmHost(backend);
  const args = [host.pointer(x.dataId), host.pointer(output.dataId), size];
  host.lanes.parallel('complexAbs', splitWork(Math.ceil(size / 16), size, LEAST_NUMBERS), args);
  return output;
});
