import { util } from '@tensorflow/tfjs-core';
import { base64 } from '../generated/padding-simd.ts';
import { wasmHost } from '../host.ts';
import { elementSize } from './element-size.ts';
import { kernelModule } from './kernel-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';
import { wordBits } from './word-bits.ts';

const paddingModule = /* @__PURE__ */ kernelModule('kumiko-padding', base64);

/** Axes that pad.as.ts walks. */
const MOST_AXES = 6;

type Paddings = readonly (readonly [before: number, after: number])[];

/** What pad.as.ts is passed of a shape: the size of an innermost element, then length, places before and all places of each axis. */
interface PaddedAxes {
  readonly numbers: number[];
  /** Of the output. */
  readonly rows: number;
  readonly shape: number[];
}

/** The axes of a padded array, the innermost first; neighbours without padding are one. Undefined where there are too many, or one is cut. */
function paddedAxes(x: readonly number[], paddings: Paddings, size: number): PaddedAxes | undefined {
  const shape: number[] = [];
  const numbers = [size];
  let rows = 1;
  for (let axis = x.length - 1; axis >= 0; axis--) {
    const [before, after] = paddings[axis]!;
    const [length, last] = [x[axis]!, numbers.length - 1];
    if (before < 0 || after < 0) return undefined;
    shape.unshift(before + length + after);
    if (before + after > 0) numbers.push(length, before, shape[0]!);
    else if (last === 0) numbers[0]! *= length;
    else if (numbers[last] === numbers[last - 2]) {
      numbers[last]! *= length;
      numbers[last - 2]! *= length;
    } else numbers.push(length, 0, length);
  }
  if (numbers.length > 1 + 3 * MOST_AXES) return undefined;
  while (numbers.length < 1 + 3 * MOST_AXES) numbers.push(1, 0, 1);
  for (let axis = 1; axis < MOST_AXES; axis++) rows *= numbers[3 + 3 * axis]!;
  return { numbers, rows, shape };
}

/** How pad.as.ts is told what is outside of the input. */
const CONSTANT = -1;

function paddedBody(modeOf: (attrs: Parameters<VectorBody>[0]['attrs']) => number): VectorBody {
  return ({ inputs, attrs, backend }) => {
    const x = inputs['x']!;
    const size = elementSize(x.dtype);
    if (size === undefined || size === 8 || util.sizeFromShape(x.shape) === 0) return undefined;
    const padded = paddedAxes(x.shape, attrs['paddings'] as unknown as Paddings, size);
    if (padded === undefined) return undefined;
    const { numbers, rows, shape } = padded;
    const output = backend.makeOutput(shape, x.dtype);
    const host = wasmHost(backend);
    const mode = modeOf(attrs);
    const word = mode === CONSTANT ? wordBits(attrs['constantValue'] as number, x.dtype) : 0;
    paddingModule(host).parallel('pad', splitWork(rows, util.sizeFromShape(shape), LEAST_FLOATS), [
      ...[host.pointer(x.dataId), host.pointer(output.dataId), mode, word, size],
      ...numbers,
    ]);
    return output;
  };
}

/** Paddings, by tfjs' name of the kernel. */
export const paddingBodies: ReadonlyMap<string, VectorBody> = new Map([
  ['MirrorPad', paddedBody(({ mode }) => (mode === 'reflect' ? 1 : 0))],
  ['PadV2', paddedBody(() => CONSTANT)],
]);
