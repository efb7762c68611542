import { LinSpace, Range } from '@tensorflow/tfjs-core';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { movementModule } from './copy-strided.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

/** As many are written sooner than a call into WASM begins. */
const FEW = 32;

/** `start + i step` for `count` places. */
function sequence(backend: BackendWasm, dtype: DataType, count: number, start: number, step: number): TensorInfo {
  const output = backend.makeOutput([count], dtype);
  const host = wasmHost(backend);
  if (count <= FEW) {
    const numbers = dtype === 'float32' ? host.floats() : host.ints();
    const first = host.pointer(output.dataId) >>> 2;
    for (let i = 0; i < count; i++) numbers[first + i] = start + i * step;
    return output;
  }
  movementModule(host).parallel('sequence', splitWork(Math.ceil(count / 4), count, LEAST_FLOATS), [
    host.pointer(output.dataId),
    count,
    dtype === 'float32' ? 1 : 0,
    start,
    step,
  ]);
  return output;
}

const linSpaceBody: VectorBody = ({ attrs, backend }) => {
  const { start, stop, num } = attrs as unknown as Record<'start' | 'stop' | 'num', number>;
  const count = Math.floor(num);
  return count > 0 ? sequence(backend, 'float32', count, start, count > 1 ? (stop - start) / (count - 1) : 0) : undefined;
};

/** Integers up to here are floats. */
const MOST_EXACT = 2 ** 24;

/** Fractions that {@link isExact} looks for are multiples of this. */
const LEAST_FRACTION = 2 ** -16;

/** Whether all of `start + i step` are floats, so that none is rounded, however it is reckoned. */
function isExact(start: number, step: number, count: number): boolean {
  let unit = 1;
  while (unit > LEAST_FRACTION && !(Number.isInteger(start / unit) && Number.isInteger(step / unit))) unit /= 2;
  const most = (Math.abs(start) + Math.abs(step) * count) / unit;
  return most <= MOST_EXACT && Number.isInteger(start / unit) && Number.isInteger(step / unit);
}

/** `Range`, each element the rounded one before it plus the step, as tfjs' cpu backend reckons it. */
const rangeBody: VectorBody = ({ attrs, backend }) => {
  const { start, stop, step: given, dtype } = attrs as unknown as Record<'start' | 'stop' | 'step', number> & { dtype: DataType };
  const isEmpty = start === stop || (start < stop && given < 0) || (stop < start && given > 1);
  const count = Math.abs(Math.ceil((stop - start) / given));
  if (isEmpty || !(count > 0 && count < 2 ** 30)) return undefined;
  const step = stop < start && given === 1 ? -1 : given;
  if (isExact(start, step, count) && (dtype === 'float32' || (dtype === 'int32' && Number.isInteger(start) && Number.isInteger(step))))
    return sequence(backend, dtype, count, start, step);
  if (dtype !== 'float32') return undefined;
  const output = backend.makeOutput([count], dtype);
  const host = wasmHost(backend);
  movementModule(host).parallel('steppedSequence', 1, [host.pointer(output.dataId), count, start, step]);
  return output;
};

/** Numbers in even steps, by tfjs' name of the kernel. */
export const sequenceBodies: ReadonlyMap<string, VectorBody> = new Map([
  [LinSpace, linSpaceBody],
  [Range, rangeBody],
]);
