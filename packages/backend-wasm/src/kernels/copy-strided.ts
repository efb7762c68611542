import type { WasmHost } from '@kumiko/backend';
import { base64 } from '../generated/movement-simd.ts';
import { kernelModule } from './kernel-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import { type StridedAxis, fewestAxes } from './strided-axes.ts';

/** The module of all copies. */
export const movementModule = kernelModule('kumiko-movement', base64);

/** A copy from one array on the heap to another. */
export interface StridedCopy {
  /** Pointer to the first element to be read. */
  readonly from: number;
  /** Pointer to the first element to be written. */
  readonly to: number;
  /** Bytes of an element. */
  readonly size: 1 | 4 | 8;
  /** The outermost first. */
  readonly axes: readonly StridedAxis[];
}

/** Axes that the functions of copy-strided.as.ts and transpose-tiles.as.ts walk. */
const MOST_AXES = 6;

/** Columns of a strip in transpose-tiles.as.ts. */
const STRIP = 64;

/** Bytes of a row that repay a piece. */
const LEAST_PIECE = 2 ** 14;

/** Shorter rows cost more to begin than to copy. */
const SHORT_ROW = 8;

/** With the axis at `index` in place `place`. */
function withMoved(axes: readonly StridedAxis[], index: number, place: number): StridedAxis[] {
  return axes.toSpliced(index, 1).toSpliced(place, 0, axes[index]!);
}

/** Strides in bytes of `count` axes, those that are missing being of length 1. */
function inBytes(axes: readonly StridedAxis[], size: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => axes[i]).flatMap((axis) => [
    axis?.length ?? 1,
    (axis?.from ?? 0) * size,
    (axis?.to ?? 0) * size,
  ]);
}

function tryTiles(host: WasmHost, { from, to, size }: StridedCopy, axes: readonly StridedAxis[], tasks: number): boolean {
  const [row] = axes as [StridedAxis];
  const across = axes.findIndex((axis) => axis.from === 1);
  if (size !== 4 || row.to !== 1 || row.from === 0 || across < 1 || row.length < 4 || axes[across]!.length < 4) return false;
  const column = axes[across]!;
  const others = axes.filter((_, i) => i !== 0 && i !== across);
  const strips = Math.ceil(column.length / STRIP) * others.reduce((product, { length }) => product * length, 1);
  movementModule(host).parallel('transposeTiles', Math.min(tasks, strips), [
    ...[from, to, row.length, 4 * row.from, column.length, 4 * column.to, ...inBytes(others, 4, 4)],
  ]);
  return true;
}

/** The axes in an order whose rows are worth their beginning. */
function longRows(axes: readonly StridedAxis[]): readonly StridedAxis[] {
  const [row] = axes as [StridedAxis];
  if (row.length >= SHORT_ROW || (row.from === 1 && row.to === 1)) return axes;
  const longest = axes.reduce((best, { length }, i) => (length > axes[best]!.length ? i : best), 0);
  return withMoved(axes, longest, 0);
}

/**
 * Whether {@link copyStrided} can make a copy: one of at most six axes, once neighbours are joined.
 *
 * @param axes the outermost first
 */
export function isStridedCopy(axes: readonly StridedAxis[]): boolean {
  return fewestAxes(axes).length <= MOST_AXES;
}

/** Makes a copy on all threads. Nothing is done where an axis has no length. */
export function copyStrided(host: WasmHost, copy: StridedCopy): void {
  const { from, to, size } = copy;
  const count = copy.axes.reduce((product, { length }) => product * length, 1);
  if (count === 0) return;
  const fewest = fewestAxes(copy.axes);
  const tasks = splitWork(64, count * size, 4 * LEAST_FLOATS);
  if (tryTiles(host, copy, fewest, tasks)) return;
  const axes = longRows(fewest);
  const rows = count / axes[0]!.length;
  const pieces = Math.max(1, Math.min(Math.ceil(tasks / rows), Math.floor((axes[0]!.length * size) / LEAST_PIECE)));
  movementModule(host).parallel('copyStrided', Math.min(tasks, rows * pieces), [from, to, size, pieces, ...inBytes(axes, size, MOST_AXES)]);
}
