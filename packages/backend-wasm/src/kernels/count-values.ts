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

/** Counts of each part, of which four values in a row use one each. */
const COPIES = 4;

/** Parts and copies repay where each of their counts has this many values. */
const VALUES_PER_COUNT = 64;

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
  if (rows === 1 && !isBinary && weightCount === 0 && count >= VALUES_PER_COUNT * size && size > 0) {
    const parts = splitWork(count, count, Math.max(LEAST_VALUES, VALUES_PER_COUNT * size));
    withScratch(host, [4 * parts * COPIES * size], (counts) => {
      module.parallel('countValues', parts, [from, 0, counts, host.faults, parts, COPIES, count, size, 0, 0]);
      module.parallel('addCounts', 1, [counts, to, parts * COPIES, size, isFloat]);
    });
  } else {
    module.parallel('countValues', splitWork(rows, count, LEAST_VALUES), [
      from,
      weightCount === 0 ? 0 : host.pointer(weights.dataId),
      to,
      host.faults,
      rows,
      1,
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
