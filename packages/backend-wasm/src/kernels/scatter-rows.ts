import type { WasmHost } from '@kumiko/backend';
import { movementModule } from './copy-strided.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import { withScratch } from './with-scratch.ts';

/** What is done with an update, as scatter-rows.as.ts numbers it. */
export const [REPLACE, ADD_FLOATS, ADD_INTEGERS, OR_BYTES] = [0, 1, 2, 3];

/** Rows of updates that go to rows of an output, as pointers and lengths. */
export interface RowScatter {
  /** Of `count` rows of indices. */
  readonly indices: number;
  /** Indices in a row, then how far apart the places of each are: see {@link depthAndStrides}. */
  readonly depthAndStrides: readonly number[];
  readonly count: number;
  readonly updates: number;
  /** Bytes from one row of the updates to the next. */
  readonly step: number;
  /** What the output holds before the updates; 0: zeros. */
  readonly initial: number;
  /** Whether `initial` is one element for all. */
  readonly isElement: boolean;
  readonly output: number;
  readonly rows: number;
  readonly columns: number;
  /** Bytes of an element. */
  readonly size: 1 | 4;
  readonly kind: number;
  /** Where an index out of bounds is noted; 0: nowhere, its update is dropped. */
  readonly faults: number;
}

/** Indices in a row that indexed-rows.as.ts reads. */
export const MOST_DEPTH = 6;

/** How far apart the places of a row's indices are, as indexed-rows.as.ts is passed them. */
export function depthAndStrides(depth: number, strides: readonly number[]): number[] {
  const numbers = [depth];
  for (let i = 0; i < MOST_DEPTH; i++) numbers.push(i < depth ? strides[i]! : 0);
  return numbers;
}

/** Where rows are as long as this, marking those that are replaced costs less than writing them twice. */
const LEAST_MARKED_BYTES = 1024;

/** Writes all of an output: what it holds before the updates, on all threads, then those, in the order in which they come. */
export function scatterOnHeap(host: WasmHost, scatter: RowScatter): void {
  const { indices, count, output, rows, columns, size, kind, depthAndStrides: places } = scatter;
  const module = movementModule(host);
  const bytes = columns * size;
  const isMarked = kind === REPLACE && bytes >= LEAST_MARKED_BYTES;
  withScratch(host, [isMarked ? rows : 0], (marks) => {
    if (isMarked) module.parallel('markRows', 1, [indices, marks, count, rows, ...places]);
    module.parallel('beginRows', splitWork(rows, rows * bytes, 4 * LEAST_FLOATS), [
      ...[marks, scatter.initial, output, scatter.isElement ? 1 : 0, rows, bytes, size],
    ]);
  });
  module.parallel('putRows', 1, [indices, scatter.updates, output, scatter.faults, scatter.step, count, rows, bytes, kind, ...places]);
}
