import { GatherV2, backend_util, util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { movementModule } from './copy-strided.ts';
import { runOnCpu } from './cpu-fallback.ts';
import { elementSize } from './element-size.ts';
import { resolveAxis } from './resolve-axis.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

/** Rows that repay a part, however short they are. */
const LEAST_ROWS = 2 ** 12;

/** `GatherV2` with int32 indices, of which one outside the axis is tfjs' error. */
export const gatherBody: VectorBody = ({ inputs, attrs, backend }) => {
  const x = inputs['x']!;
  const indices = inputs['indices']!;
  const size = elementSize(x.dtype);
  const isEmpty = util.sizeFromShape(x.shape) === 0 || util.sizeFromShape(indices.shape) === 0;
  if (size === undefined || size === 8 || indices.dtype !== 'int32' || isEmpty) return undefined;
  const axis = resolveAxis(attrs['axis'] as number, x.shape);
  const info = backend_util.segment_util.collectGatherOpShapeInfo(
    x as never,
    indices as never,
    axis,
    (attrs['batchDims'] as number | null) ?? 0,
  );
  const host = wasmHost(backend);
  const count = util.sizeFromShape(indices.shape);
  const output = backend.makeOutput(info.outputShape, x.dtype);
  const { batchSize, outerSize, dimSize, sliceSize } = info;
  const rows = outerSize * count;
  const tasks = Math.max(splitWork(rows, rows * sliceSize, LEAST_FLOATS), splitWork(rows, rows, LEAST_ROWS));
  movementModule(host).parallel('gatherRows', tasks, [
    ...[host.pointer(x.dataId), host.pointer(indices.dataId), host.pointer(output.dataId), host.faults],
    ...[batchSize, outerSize, dimSize, count / batchSize, sliceSize * size],
  ]);
  if (host.takeFault() === undefined) return output;
  backend.disposeData(output.dataId);
  return runOnCpu(GatherV2, { inputs, attrs, backend }) as TensorInfo;
};
