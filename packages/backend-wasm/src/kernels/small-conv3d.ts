import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { base64 } from '../generated/volume-simd.ts';
import { kernelModule } from './kernel-module.ts';
import { splitWork } from './split-work.ts';

type Info = backend_util.Conv3DInfo;

/** Multiply-adds that repay a part: about 50 us. */
const LEAST_PRODUCTS = 2 ** 17;

const volumeModule = /* @__PURE__ */ kernelModule('kumiko-volume', base64);

/** What of a convolution of volumes its kernels are passed after their pointers. */
function volumeNumbers(info: Info): number[] {
  const { padInfo } = info;
  return [
    info.batchSize,
    info.inDepth,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.outDepth,
    info.outHeight,
    info.outWidth,
    info.outChannels,
    info.filterDepth,
    info.filterHeight,
    info.filterWidth,
    info.strideDepth,
    info.strideHeight,
    info.strideWidth,
    padInfo.front,
    padInfo.top,
    padInfo.left,
  ];
}

/** Multiply-adds of a convolution of volumes, those with padding included. */
export function productsOf(info: Info): number {
  const outputs = info.batchSize * info.outDepth * info.outHeight * info.outWidth * info.outChannels;
  return outputs * info.filterDepth * info.filterHeight * info.filterWidth * info.inChannels;
}

/** `Conv3D` of float32 volumes, for few products. */
export function smallConv3D(backend: BackendWasm, x: TensorInfo, filter: TensorInfo, info: Info): TensorInfo {
  const output = backend.makeOutput(info.outShape, 'float32');
  const host = wasmHost(backend);
  const parts = splitWork(info.batchSize * info.outDepth * info.outHeight, productsOf(info), LEAST_PRODUCTS);
  const numbers = [host.pointer(x.dataId), host.pointer(filter.dataId), host.pointer(output.dataId), ...volumeNumbers(info)];
  numbers.push(info.dilationDepth, info.dilationHeight, info.dilationWidth);
  volumeModule(host).parallel('convolveVolume', parts, numbers);
  return output;
}

/** `Conv3DBackpropInputV2` of float32 volumes, for few products. */
export function smallConv3DInputGradient(backend: BackendWasm, dy: TensorInfo, filter: TensorInfo, info: Info): TensorInfo {
  const output = backend.makeOutput(info.inShape, 'float32');
  const host = wasmHost(backend);
  const parts = splitWork(info.batchSize * info.inDepth * info.inHeight, productsOf(info), LEAST_PRODUCTS);
  const numbers = [host.pointer(dy.dataId), host.pointer(filter.dataId), host.pointer(output.dataId), ...volumeNumbers(info)];
  volumeModule(host).parallel('convolveVolumeInput', parts, numbers);
  return output;
}

/** `Conv3DBackpropFilterV2` of float32 volumes, for few products. */
export function smallConv3DFilterGradient(backend: BackendWasm, x: TensorInfo, dy: TensorInfo, info: Info): TensorInfo {
  const output = backend.makeOutput(info.filterShape, 'float32');
  const host = wasmHost(backend);
  const parts = splitWork(info.filterDepth * info.filterHeight * info.filterWidth, productsOf(info), LEAST_PRODUCTS);
  const numbers = [host.pointer(x.dataId), host.pointer(dy.dataId), host.pointer(output.dataId), ...volumeNumbers(info)];
  volumeModule(host).parallel('convolveVolumeFilter', parts, numbers);
  return output;
}
