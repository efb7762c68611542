import { UnsortedSegmentSum, util } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { runOnCpu } from './cpu-fallback.ts';
import { ADD_FLOATS, depthAndStrides, scatterOnHeap } from './scatter-rows.ts';
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
    scatterOnHeap(host, {
      indices: host.pointer(segmentIds.dataId),
      depthAndStrides: depthAndStrides(1, [1]),
      count,
      updates: host.pointer(x.dataId),
      step: 4 * size,
      initial: 0,
      isElement: false,
      output: host.pointer(output.dataId),
      rows: numSegments,
      columns: size,
      size: 4,
      kind: ADD_FLOATS,
      faults: 0,
    });
    backend.disposeData(x.dataId);
    return output;
  },
);
