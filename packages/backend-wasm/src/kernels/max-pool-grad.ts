import { backend_util, MaxPoolGrad, util } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import type { ConvolutionAttrs, Shape4D } from './convolution-attrs.ts';
import { poolingModule, poolingNumbers } from './pooling-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import { toFloat32 } from './to-float32.ts';
import { wasmKernel } from './wasm-kernel.ts';
import { zeroOutput } from './zero-output.ts';

interface MaxPoolGradAttrs extends Pick<ConvolutionAttrs, 'strides' | 'pad' | 'dimRoundingMode'> {
  readonly filterSize: number | [number, number];
}

/** Images that are enough to occupy every thread; with fewer, the channels are split too. */
const MANY_IMAGES = 16;

/**
 * `MaxPoolGrad`: the gradient goes to the first greatest input of each window, as on tfjs' cpu backend. Stock drops it where that input is not
 * above 0.
 */
export const maxPoolGrad = wasmKernel<'dy' | 'input' | 'output', MaxPoolGradAttrs>(MaxPoolGrad, ({ inputs, attrs, backend }) => {
  const host = wasmHost(backend);
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const shape = inputs.input.shape as Shape4D;
  const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const { batchSize, inChannels, outShape, filterHeight, filterWidth } = info;
  const reads = util.sizeFromShape(outShape) * filterHeight * filterWidth;
  if (reads === 0) return zeroOutput(backend, shape);
  const x = toFloat32(backend, inputs.input);
  const dy = toFloat32(backend, inputs.dy);
  const output = backend.makeOutput(shape, 'float32');
  const channels = batchSize < MANY_IMAGES ? 16 : Math.ceil(inChannels / 4) * 4;
  const parts = splitWork(batchSize * Math.ceil(inChannels / channels), reads, LEAST_FLOATS);
  const pointers = [x, dy, output].map(({ dataId }) => host.pointer(dataId));
  poolingModule(host).parallel('maxPoolGradient', parts, [...pointers, ...poolingNumbers(info), channels]);
  backend.disposeData(x.dataId);
  backend.disposeData(dy.dataId);
  return output;
});
