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

/** Adds length and strides in bytes of the axes from `first` to `last`, those that are missing being of length 1. */
function pushAxes(args: number[], axes: readonly StridedAxis[], size: number, first: number, last: number): void {
  for (let i = first; i <= last; i++) {
    const axis = axes[i];
    if (axis === undefined) args.push(1, 0, 0);
    else args.push(axis.length, axis.from * size, axis.to * size);
  }
}

/** Puts the axis at `index` in front of the others. */
function putFirst(axes: StridedAxis[], index: number): void {
  const axis = axes[index]!;
  for (let i = index; i > 0; i--) axes[i] = axes[i - 1]!;
  axes[0] = axis;
}

function tryTiles(host: WasmHost, { from, to, size }: StridedCopy, axes: StridedAxis[], count: number, tasks: number): boolean {
  const row = axes[0]!;
  if (size !== 4 || row.to !== 1 || row.from === 0 || row.length < 4) return false;
  let across = 1;
  while (across < axes.length && axes[across]!.from !== 1) across++;
  if (across === axes.length || axes[across]!.length < 4) return false;
  putFirst(axes, across);
  const column = axes[0]!;
  const strips = Math.ceil(column.length / STRIP) * (count / (row.length * column.length));
  const args = [from, to, row.length, 4 * row.from, column.length, 4 * column.to];
  pushAxes(args, axes, 4, 2, MOST_AXES - 1);
  movementModule(host).parallel('transposeTiles', Math.min(tasks, strips), args);
  return true;
}

/** Puts the axes in an order whose rows are worth their beginning. */
function putLongestFirst(axes: StridedAxis[]): void {
  const row = axes[0]!;
  if (row.length >= SHORT_ROW || (row.from === 1 && row.to === 1)) return;
  let longest = 0;
  for (let i = 1; i < axes.length; i++) if (axes[i]!.length > axes[longest]!.length) longest = i;
  putFirst(axes, longest);
}

/** Into how many pieces each of `rows` rows is cut, so that there are about `tasks` in all. */
function piecesOf(rows: number, bytes: number, tasks: number): number {
  return Math.max(1, Math.min(Math.ceil(tasks / rows), Math.floor(bytes / LEAST_PIECE)));
}

/**
 * Whether {@link copyStrided} can make a copy: one of at most six axes, once neighbours are joined.
 *
 * @param axes the outermost first
 */
export function isStridedCopy(axes: readonly StridedAxis[]): boolean {
  return axes.length <= MOST_AXES || fewestAxes(axes).length <= MOST_AXES;
}

/** Makes a copy on all threads. Nothing is done where an axis has no length. */
export function copyStrided(host: WasmHost, copy: StridedCopy): void {
  const { from, to, size } = copy;
  const axes = fewestAxes(copy.axes);
  let count = 1;
  for (const { length } of axes) count *= length;
  if (count === 0) return;
  const tasks = splitWork(64, count * size, 4 * LEAST_FLOATS);
  if (tryTiles(host, copy, axes, count, tasks)) return;
  putLongestFirst(axes);
  const row = axes[0]!.length;
  const rows = count / row;
  const pieces = piecesOf(rows, row * size, tasks);
  const args = [from, to, size, pieces];
  pushAxes(args, axes, size, 0, MOST_AXES - 1);
  movementModule(host).parallel('copyStrided', Math.min(tasks, rows * pieces), args);
}

/** Copies `rows` rows of `bytes` bytes on all threads, whose beginnings lie `fromStep` and `toStep` bytes apart. */
export function copyRows(host: WasmHost, from: number, to: number, rows: number, bytes: number, fromStep: number, toStep: number): void {
  if (rows * bytes === 0) return;
  const tasks = splitWork(64, rows * bytes, 4 * LEAST_FLOATS);
  const pieces = piecesOf(rows, bytes, tasks);
  const args = [from, to, 1, pieces, bytes, 1, 1, rows, fromStep, toStep, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0];
  movementModule(host).parallel('copyStrided', Math.min(tasks, rows * pieces), args);
}
