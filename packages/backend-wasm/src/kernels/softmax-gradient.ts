import { util } from '@tensorflow/tfjs-core';
import { base64 } from '../generated/softmax-gradient-simd.ts';
import { wasmHost } from '../host.ts';
import { kernelModule } from './kernel-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import { wasmKernel } from './wasm-kernel.ts';

const moduleOn = kernelModule('kumiko-softmax-gradient', base64);

/** `KumikoSoftmaxGradient`: `y (dy - sum of dy y)` over the last axis of float32, by which the backend package differentiates `Softmax`. */
export const softmaxGradient = wasmKernel<'dy' | 'y'>('KumikoSoftmaxGradient', ({ inputs: { dy, y }, backend }) => {
  const output = backend.makeOutput(y.shape, 'float32');
  const size = util.sizeFromShape(y.shape);
  if (size === 0) return output;
  const host = wasmHost(backend);
  const columns = y.shape.at(-1) ?? 1;
  const rows = size / columns;
  const pointers = [dy, y, output].map(({ dataId }) => host.pointer(dataId));
  moduleOn(host).parallel('softmaxGradient', splitWork(rows, size, LEAST_FLOATS / 2), [...pointers, rows, columns]);
  return output;
});
