import { Bincount, util } from '@tensorflow/tfjs-core';
import { base64 } from '../generated/counting-simd.ts';
import { wasmHost } from '../host.ts';
import { runOnCpu } from './cpu-fallback.ts';
import { kernelModule } from './kernel-module.ts';
import { wasmKernel } from './wasm-kernel.ts';

const countingModule = /* @__PURE__ */ kernelModule('kumiko-counting', base64);

/**
 * `Bincount`: counts over all elements, whatever the shape. Stock claims one row of counts for each row of a matrix, of which it fills the
 * first, and has no weights of type bool. A negative value is the cpu kernel's error.
 */
export const bincount = wasmKernel<'x' | 'weights', { size: number }>(Bincount, (call) => {
  const { x, weights } = call.inputs;
  const { size } = call.attrs;
  const { backend } = call;
  const { dtype } = weights;
  const [count, weightCount] = [util.sizeFromShape(x.shape), util.sizeFromShape(weights.shape)];
  const isPlain = x.dtype === 'int32' && (dtype === 'float32' || dtype === 'int32') && (weightCount === 0 || weightCount === count);
  if (isPlain) {
    const output = backend.makeOutput([size], dtype);
    const host = wasmHost(backend);
    countingModule(host).parallel('countValues', 1, [
      ...[host.pointer(x.dataId), weightCount === 0 ? 0 : host.pointer(weights.dataId), host.pointer(output.dataId), host.faults],
      ...[count, size, dtype === 'float32' ? 1 : 0],
    ]);
    if (host.takeFault() === undefined) return output;
    backend.disposeData(output.dataId);
  }
  return runOnCpu(Bincount, { inputs: { x, weights }, attrs: { size }, backend });
});
