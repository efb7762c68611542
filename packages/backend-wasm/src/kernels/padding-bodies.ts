import { util } from '@tensorflow/tfjs-core';
import type { WasmHost } from '@kumiko/backend';
import { wasmHost } from '../host.ts';
import { copyStrided } from './copy-strided.ts';
import { elementSize } from './element-size.ts';
import { fillOnHeap } from './fill-bodies.ts';
import { type StridedAxis, contiguousStrides } from './strided-axes.ts';
import type { VectorBody } from './vector-kernel.ts';
import { withScratch } from './with-scratch.ts';

/** Axes for which every part of a padded tensor is a copy of few enough axes. */
const MOST_AXES = 6;

type Paddings = readonly (readonly [before: number, after: number])[];

/** A part of a padded tensor, from its element `first` on. */
interface Part {
  readonly first: number;
  readonly lengths: readonly number[];
}

/** Outputs of fewer elements are filled with the constant as a whole: that takes fewer calls than their borders. */
const LEAST_SIZE = 4096;

/** What lies before and after the input along one axis: all of the axes behind it, and the input's part of those before it. */
function borders(shape: readonly number[], paddings: Paddings, strides: readonly number[], axis: number): readonly [Part, Part] {
  const [before, after] = paddings[axis]!;
  const lengths: number[] = [];
  let outer = 0;
  for (let i = 0; i < shape.length; i++) {
    if (i < axis) outer += paddings[i]![0] * strides[i]!;
    lengths.push(i < axis ? shape[i]! : i === axis ? before : shape[i]! + paddings[i]![0] + paddings[i]![1]);
  }
  return [
    { first: outer, lengths },
    { first: outer + (before + shape[axis]!) * strides[axis]!, lengths: lengths.with(axis, after) },
  ];
}

type FillBorders = (
  host: WasmHost,
  pointer: number,
  size: 1 | 4 | 8,
  axis: number,
  parts: readonly [Part, Part],
  strides: readonly number[],
) => void;

/** How a padded tensor gets what is around the input: before that is copied to its place, if it is the same everywhere, or behind it. */
interface Filling {
  readonly fillWhole?: (host: WasmHost, pointer: number, size: 1 | 4 | 8, count: number) => void;
  readonly fillBorders: FillBorders;
}

/** Copies the input to its place, and fills the whole output before that, or the borders axis by axis after it, the last one first. */
function paddedBody(fillingOf: (call: Parameters<VectorBody>[0]) => Filling): VectorBody {
  return (call) => {
    const { inputs, attrs, backend } = call;
    const x = inputs['x']!;
    const paddings = attrs['paddings'] as unknown as Paddings;
    const size = elementSize(x.dtype);
    if (size === undefined || size === 8 || x.shape.length > MOST_AXES || util.sizeFromShape(x.shape) === 0) return undefined;
    const shape: number[] = [];
    for (let axis = 0; axis < x.shape.length; axis++) shape.push(paddings[axis]![0] + x.shape[axis]! + paddings[axis]![1]);
    const output = backend.makeOutput(shape, x.dtype);
    const host = wasmHost(backend);
    const pointer = host.pointer(output.dataId);
    const { fillWhole, fillBorders } = fillingOf(call);
    const count = util.sizeFromShape(shape);
    const isFilled = fillWhole !== undefined && count < LEAST_SIZE;
    if (isFilled) fillWhole(host, pointer, size, count);
    const from = contiguousStrides(x.shape);
    const to = contiguousStrides(shape);
    const axes: StridedAxis[] = [];
    let first = 0;
    for (let axis = 0; axis < shape.length; axis++) {
      axes.push({ length: x.shape[axis]!, from: from[axis]!, to: to[axis]! });
      first += to[axis]! * paddings[axis]![0];
    }
    copyStrided(host, { from: host.pointer(x.dataId), to: pointer + size * first, size, axes });
    if (isFilled) return output;
    for (let axis = shape.length - 1; axis >= 0; axis--)
      if (shape[axis]! > x.shape[axis]!) fillBorders(host, pointer, size, axis, borders(x.shape, paddings, to, axis), to);
    return output;
  };
}

/** `PadV2`: copies of one constant around the input. */
const padBody = paddedBody(({ inputs, attrs }) => {
  const { dtype } = inputs['x']!;
  const value = attrs['constantValue'] as number;
  return {
    fillWhole: (host, pointer, _size, count) => fillOnHeap(host, pointer, dtype, count, value),
    fillBorders: (host, pointer, size, _axis, parts, strides) =>
      withScratch(host, [8], (constant) => {
        fillOnHeap(host, constant, dtype, 1, value);
        for (const { first, lengths } of parts) {
          const axes = lengths.map((length, i): StridedAxis => ({ length, from: 0, to: strides[i]! }));
          copyStrided(host, { from: constant, to: pointer + size * first, size, axes });
        }
      }),
  };
});

/** `MirrorPad`: what lies next to a border, in reverse, with or without the outermost element. */
const mirrorPadBody = paddedBody(({ attrs }) => {
  const skipped = attrs['mode'] === 'reflect' ? 1 : 0;
  return {
    fillBorders(host, pointer, size, axis, parts, strides) {
      const stride = strides[axis]!;
      for (const [side, { first, lengths }] of parts.entries()) {
        const axes: StridedAxis[] = [];
        for (let i = 0; i < lengths.length; i++)
          axes.push({ length: lengths[i]!, from: i === axis ? -strides[i]! : strides[i]!, to: strides[i]! });
        // The first element before the input is the mirror of the last one that is used, the first one after it that of the one next to the border.
        const source = side === 0 ? first + (2 * lengths[axis]! - 1 + skipped) * stride : first - (1 + skipped) * stride;
        copyStrided(host, { from: pointer + size * source, to: pointer + size * first, size, axes });
      }
    },
  };
});

/** Paddings, by tfjs' name of the kernel. */
export const paddingBodies: ReadonlyMap<string, VectorBody> = new Map([
  ['MirrorPad', mirrorPadBody],
  ['PadV2', padBody],
]);
