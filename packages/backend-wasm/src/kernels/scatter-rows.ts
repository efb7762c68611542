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

/** Shorter rows are written faster than their updates are linked. */
const LEAST_LINKED_BYTES = 64;

/** Columns that repay a slice of their own. */
const LEAST_COLUMNS = 256;

/** Each part reads all indices, so that parts repay only where few rows are updated. */
function scatterDirectly(host: WasmHost, scatter: RowScatter): void {
  const { count, rows, columns, size } = scatter;
  const wanted = splitWork(rows, (rows + count) * columns, LEAST_FLOATS);
  movementModule(host).parallel('scatterDirectly', Math.max(1, Math.min(wanted, Math.floor((rows * columns) / (4 * count)))), [
    ...[scatter.indices, scatter.updates, scatter.initial, scatter.output, scatter.faults, scatter.step, scatter.isElement ? 1 : 0],
    ...[count, rows, columns * size, size, scatter.kind, ...scatter.depthAndStrides],
  ]);
}

/** Finds the updates of each row first, so that every row is written once, by whichever part. */
function scatterLinked(host: WasmHost, scatter: RowScatter): void {
  const { count, rows, columns, size, kind } = scatter;
  const wanted = splitWork(64, (rows + count) * columns, LEAST_FLOATS);
  const stretches = Math.min(rows, wanted);
  const slices = Math.max(1, Math.min(Math.floor(wanted / stretches), Math.floor(columns / LEAST_COLUMNS)));
  withScratch(host, [4 * rows, kind === REPLACE ? 0 : 4 * count], (heads, nexts) => {
    const module = movementModule(host);
    module.parallel('linkUpdates', 1, [scatter.indices, heads, nexts, scatter.faults, count, rows, ...scatter.depthAndStrides]);
    module.parallel('scatterRows', stretches * slices, [
      ...[heads, nexts, scatter.updates, scatter.initial, scatter.output, scatter.step, scatter.isElement ? 1 : 0],
      ...[rows, columns, size, kind, slices],
    ]);
  });
}

/** Writes all of an output on all threads: what it holds before the updates, with those put in, in the order in which they come. */
export function scatterOnHeap(host: WasmHost, scatter: RowScatter): void {
  if (scatter.columns * scatter.size < LEAST_LINKED_BYTES) scatterDirectly(host, scatter);
  else scatterLinked(host, scatter);
}
