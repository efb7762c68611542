import { backend_util, util } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { poolingModule, poolingNumbers } from './pooling-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

interface MaxPoolWithArgmaxAttrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly includeBatchInIndex: boolean;
}

/** `MaxPoolWithArgmax` of float32 on all threads: the maxima, and where the first greatest inputs lie in their image or among all images. */
export const maxPoolWithArgmaxBody: VectorBody = ({ inputs, attrs, backend }) => {
  const x = inputs['x']!;
  // tfjs-core does not look at the rank of `x`; tfjs' kernel then throws.
  if (x.dtype !== 'float32' || x.shape.length !== 4) return undefined;
  const { filterSize, strides, pad, includeBatchInIndex } = attrs as unknown as MaxPoolWithArgmaxAttrs;
  const info = backend_util.computePool2DInfo(x.shape as [number, number, number, number], filterSize, strides, 1, pad);
  const reads = util.sizeFromShape(info.outShape) * info.filterHeight * info.filterWidth;
  if (reads * util.sizeFromShape(x.shape) === 0) return undefined;
  const output = backend.makeOutput(info.outShape, 'float32');
  const indices = backend.makeOutput(info.outShape, 'int32');
  const host = wasmHost(backend);
  const pointers = [host.pointer(x.dataId), host.pointer(output.dataId), host.pointer(indices.dataId)];
  const parts = splitWork(info.batchSize * info.outHeight, reads, LEAST_FLOATS);
  poolingModule(host).parallel('maxPoolWithArgmax', parts, [...pointers, ...poolingNumbers(info), includeBatchInIndex ? 1 : 0]);
  return [output, indices];
};
