import { MaxPoolGrad, util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { poolingModule } from './pooling-module.ts';
import { plannedPooling, type PoolingAttrs } from './pooling-plans.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import { toFloat32 } from './to-float32.ts';
import { wasmKernel } from './wasm-kernel.ts';
import { zeroOutput } from './zero-output.ts';

/** Images that are enough to occupy every thread; with fewer, the channels are split too. */
const MANY_IMAGES = 16;

const gradientPlan = plannedPooling((info) => {
  const { batchSize, inChannels, inShape, outShape, filterHeight, filterWidth } = info;
  const reads = util.sizeFromShape(outShape) * filterHeight * filterWidth;
  const channels = batchSize < MANY_IMAGES ? 16 : Math.ceil(inChannels / 4) * 4;
  const parts = splitWork(batchSize * Math.ceil(inChannels / channels), reads, LEAST_FLOATS);
  // Images are volumes of one frame.
  // prettier-ignore
  const numbers = [
    batchSize, 1, info.inHeight, info.inWidth, inChannels, 1, info.outHeight, info.outWidth, 1, filterHeight, filterWidth,
    1, info.strideHeight, info.strideWidth, 0, info.padInfo.top, info.padInfo.left, channels, 0,
  ];
  return { inShape, isEmpty: reads === 0, parts, numbers };
});

/** The gradient of float32 tensors. */
function maximumGradient(backend: BackendWasm, input: TensorInfo, dy: TensorInfo, attrs: PoolingAttrs): TensorInfo {
  const { inShape, isEmpty, parts, numbers } = gradientPlan(input.shape, attrs);
  if (isEmpty) return zeroOutput(backend, inShape);
  const output = backend.makeOutput(inShape, 'float32');
  const host = wasmHost(backend);
  const pointers = [host.pointer(input.dataId), host.pointer(dy.dataId), host.pointer(output.dataId)];
  poolingModule(host).parallel('maxPoolGradient', parts, [...pointers, ...numbers]);
  return output;
}

/**
 * `MaxPoolGrad`: the gradient goes to the first greatest input of each window, as on tfjs' cpu backend. Stock drops it where that input is not
 * above 0.
 */
export const maxPoolGrad = wasmKernel<'dy' | 'input' | 'output', PoolingAttrs>(MaxPoolGrad, ({ inputs, attrs, backend }) => {
  const { input, dy } = inputs;
  if (input.dtype === 'float32' && dy.dtype === 'float32') return maximumGradient(backend, input, dy, attrs);
  const floats = toFloat32(backend, input);
  const gradient = toFloat32(backend, dy);
  const output = maximumGradient(backend, floats, gradient, attrs);
  backend.disposeData(floats.dataId);
  backend.disposeData(gradient.dataId);
  return output;
});
