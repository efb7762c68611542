import { util } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { poolingModule, poolingNumbers } from './pooling-module.ts';
import { plannedPooling, type PoolingAttrs } from './pooling-plans.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

interface MaxPoolWithArgmaxAttrs extends Pick<PoolingAttrs, 'filterSize' | 'strides' | 'pad'> {
  readonly includeBatchInIndex: boolean;
}

const argmaxPlan = plannedPooling((info) => {
  const { inShape, outShape } = info;
  const reads = util.sizeFromShape(outShape) * info.filterHeight * info.filterWidth;
  const parts = splitWork(info.batchSize * info.outHeight, reads, LEAST_FLOATS);
  return { outShape, isEmpty: reads * util.sizeFromShape(inShape) === 0, parts, numbers: poolingNumbers(info) };
});

/** `MaxPoolWithArgmax` of float32 on all threads: the maxima, and where the first greatest inputs lie in their image or among all images. */
export const maxPoolWithArgmaxBody: VectorBody = ({ inputs, attrs, backend }) => {
  const x = inputs['x']!;
  // tfjs-core does not look at the rank of `x`; tfjs' kernel then throws.
  if (x.dtype !== 'float32' || x.shape.length !== 4) return undefined;
  const { filterSize, strides, pad, includeBatchInIndex } = attrs as unknown as MaxPoolWithArgmaxAttrs;
  const { outShape, isEmpty, parts, numbers } = argmaxPlan(x.shape, { filterSize, strides, pad });
  if (isEmpty) return undefined;
  const output = backend.makeOutput(outShape, 'float32');
  const indices = backend.makeOutput(outShape, 'int32');
  const host = wasmHost(backend);
  const pointers = [host.pointer(x.dataId), host.pointer(output.dataId), host.pointer(indices.dataId)];
  poolingModule(host).parallel('maxPoolWithArgmax', parts, [...pointers, ...numbers, includeBatchInIndex ? 1 : 0]);
  return [output, indices];
};
