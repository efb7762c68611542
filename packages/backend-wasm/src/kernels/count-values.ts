import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { base64 } from '../generated/counting-simd.ts';
import { wasmHost } from '../host.ts';
import { kernelModule } from './kernel-module.ts';
import { splitWork } from './split-work.ts';
import { withScratch } from './with-scratch.ts';

const countingModule = /* @__PURE__ */ kernelModule('kumiko-counting', base64);

/** Values that repay a part. */
const LEAST_VALUES = 2 ** 17;

/** Counts in a part may be as many as a quarter of its values, or adding them up costs more than it saves. */
const VALUES_PER_COUNT = 4;

/** What is counted: `rows` rows of `x`, each below `size`, or of the weights of `x`, or only whether there are any. */
export interface Counting {
  readonly x: TensorInfo;
  readonly weights: TensorInfo;
  readonly rows: number;
  readonly size: number;
  readonly isBinary: boolean;
  /** Of the output. */
  readonly shape: number[];
}

/**
 * Counts values on all threads.
 *
 * @returns undefined where tfjs' cpu kernel shall count, or say what is wrong: other dtypes, weights of another size, a negative value
 */
export function countValues(backend: BackendWasm, { x, weights, rows, size, isBinary, shape }: Counting): TensorInfo | undefined {
  const { dtype } = weights;
  const count = util.sizeFromShape(x.shape);
  const weightCount = util.sizeFromShape(weights.shape);
  if (x.dtype !== 'int32' || (dtype !== 'float32' && dtype !== 'int32') || (weightCount !== 0 && weightCount !== count)) return undefined;
  const output = backend.makeOutput(shape, dtype);
  const host = wasmHost(backend);
  const module = countingModule(host);
  const isFloat = dtype === 'float32' ? 1 : 0;
  const from = host.pointer(x.dataId);
  const to = host.pointer(output.dataId);
  const parts = rows > 1 || isBinary || weightCount > 0 ? 1 : splitWork(count, count, Math.max(LEAST_VALUES, VALUES_PER_COUNT * size));
  if (parts > 1) {
    withScratch(host, [4 * parts * size], (counts) => {
      module.parallel('countValues', parts, [from, 0, counts, host.faults, parts, count, size, 0, 0]);
      module.parallel('addCounts', 1, [counts, to, parts, size, isFloat]);
    });
  } else {
    module.parallel('countValues', splitWork(rows, count, LEAST_VALUES), [
      from,
      weightCount === 0 ? 0 : host.pointer(weights.dataId),
      to,
      host.faults,
      rows,
      count,
      size,
      isFloat,
      isBinary ? 1 : 0,
    ]);
  }
  if (host.takeFault() === undefined) return output;
  backend.disposeData(output.dataId);
  return undefined;
}
