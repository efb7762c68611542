import { UnsortedSegmentSum, util } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { runOnCpu } from './cpu-fallback.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import { toFloat32 } from './to-float32.ts';
import { wasmKernel } from './wasm-kernel.ts';
import { zeroOutput } from './zero-output.ts';

interface UnsortedSegmentSumAttrs {
  readonly numSegments: number;
}

/** `UnsortedSegmentSum`, which stock lacks: ids outside [0, numSegments) are dropped, as on tfjs' cpu backend. */
export const unsortedSegmentSum = wasmKernel<'x' | 'segmentIds', UnsortedSegmentSumAttrs>(
  UnsortedSegmentSum,
  ({ inputs, attrs, backend }) => {
    const { segmentIds } = inputs;
    const { numSegments } = attrs;
    const { shape } = inputs.x;
    // Ids for single elements: the cpu kernel compares them with each segment in turn.
    if (
      segmentIds.shape.length !== 1 ||
      segmentIds.dtype !== 'int32' ||
      inputs.x.dtype === 'complex64' ||
      segmentIds.shape[0] !== shape[0]
    ) {
      return runOnCpu(UnsortedSegmentSum, { inputs, attrs: { ...attrs }, backend });
    }
    const host = wasmHost(backend);
    const count = shape[0]!;
    const size = util.sizeFromShape(shape.slice(1));
    const outShape = [numSegments, ...shape.slice(1)];
    if (count * size * numSegments === 0) return zeroOutput(backend, outShape);
    const x = toFloat32(backend, inputs.x);
    const output = backend.makeOutput(outShape, 'float32');
    // Every task reads all ids. Slices of the columns are always equal work, slices of the segments only if the ids are spread evenly.
    const wanted = splitWork(32, count * size, LEAST_FLOATS);
    const columnParts = Math.max(1, Math.min(wanted, Math.floor(size / 16)));
    const segmentParts = Math.min(numSegments, Math.ceil(wanted / columnParts));
    host.parallel('segmentSum', columnParts * segmentParts, [
      ...[host.pointer(x.dataId), host.pointer(segmentIds.dataId), count, size, numSegments, segmentParts, host.pointer(output.dataId)],
    ]);
    backend.disposeData(x.dataId);
    return output;
  },
);
