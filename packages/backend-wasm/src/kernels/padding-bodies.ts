import { util } from '@tensorflow/tfjs-core';
import type { WasmHost } from '@kumiko/backend';
import { wasmHost } from '../host.ts';
import { copyStrided } from './copy-strided.ts';
import { elementSize } from './element-size.ts';
import { writeValue } from './fill-bodies.ts';
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

/** Smaller outputs are left to the stock kernels: those begin sooner. */
const LEAST_SIZE = 4096;

/** What lies before and after the input along one axis: all of the axes behind it, and the input's part of those before it. */
function borders(shape: readonly number[], paddings: Paddings, strides: readonly number[], axis: number): readonly [Part, Part] {
  const outer = paddings.slice(0, axis).reduce((sum, [before], i) => sum + before * strides[i]!, 0);
  const [before, after] = paddings[axis]!;
  const lengths = (length: number) =>
    shape.map((inside, i) => (i < axis ? inside : i === axis ? length : inside + paddings[i]![0] + paddings[i]![1]));
  return [
    { first: outer, lengths: lengths(before) },
    { first: outer + (before + shape[axis]!) * strides[axis]!, lengths: lengths(after) },
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

/** Copies the input to its place, then fills the borders axis by axis, the last one first. */
function paddedBody(fillBorders: (call: Parameters<VectorBody>[0]) => FillBorders): VectorBody {
  return (call) => {
    const { inputs, attrs, backend } = call;
    const x = inputs['x']!;
    const paddings = attrs['paddings'] as unknown as Paddings;
    const size = elementSize(x.dtype);
    if (size === undefined || size === 8 || x.shape.length > MOST_AXES || util.sizeFromShape(x.shape) === 0) return undefined;
    const shape = x.shape.map((length, axis) => paddings[axis]![0] + length + paddings[axis]![1]);
    if (util.sizeFromShape(shape) < LEAST_SIZE) return undefined;
    const output = backend.makeOutput(shape, x.dtype);
    const host = wasmHost(backend);
    const pointer = host.pointer(output.dataId);
    const from = contiguousStrides(x.shape);
    const to = contiguousStrides(shape);
    const first = to.reduce((sum, stride, axis) => sum + stride * paddings[axis]![0], 0);
    const axes = x.shape.map((length, axis) => ({ length, from: from[axis]!, to: to[axis]! }));
    copyStrided(host, { from: host.pointer(x.dataId), to: pointer + size * first, size, axes });
    const fill = fillBorders(call);
    for (let axis = shape.length - 1; axis >= 0; axis--) fill(host, pointer, size, axis, borders(x.shape, paddings, to, axis), to);
    return output;
  };
}

/** `PadV2`: copies of one constant around the input. */
const padBody = paddedBody(({ inputs, attrs }) => (host, pointer, size, _axis, parts, strides) => {
  const value = attrs['constantValue'] as number;
  withScratch(host, [8], (constant) => {
    writeValue(host, constant, inputs['x']!.dtype, value);
    for (const { first, lengths } of parts) {
      const axes = lengths.map((length, i): StridedAxis => ({ length, from: 0, to: strides[i]! }));
      copyStrided(host, { from: constant, to: pointer + size * first, size, axes });
    }
  });
});

/** `MirrorPad`: what lies next to a border, in reverse, with or without the outermost element. */
const mirrorPadBody = paddedBody(({ attrs }) => (host, pointer, size, axis, parts, strides) => {
  const skipped = attrs['mode'] === 'reflect' ? 1 : 0;
  const stride = strides[axis]!;
  parts.forEach(({ first, lengths }, side) => {
    const axes = lengths.map((length, i): StridedAxis => ({ length, from: i === axis ? -strides[i]! : strides[i]!, to: strides[i]! }));
    // The first element before the input is the mirror of the last one that is used, the first one after it that of the one next to the border.
    const source = side === 0 ? first + (2 * lengths[axis]! - 1 + skipped) * stride : first - (1 + skipped) * stride;
    copyStrided(host, { from: pointer + size * source, to: pointer + size * first, size, axes });
  });
});

/** Paddings, by tfjs' name of the kernel. */
export const paddingBodies: ReadonlyMap<string, VectorBody> = new Map([
  ['MirrorPad', mirrorPadBody],
  ['PadV2', padBody],
]);
