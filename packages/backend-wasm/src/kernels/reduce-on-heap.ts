import type { WasmHost } from '@kumiko/backend';
import { base64 } from '../generated/reduce-simd.ts';
import { kernelModule } from './kernel-module.ts';
import type { ReducedStretch } from './reduced-stretches.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import { withScratch } from './with-scratch.ts';

/** The module of all reductions. */
export const reduceModule = kernelModule('kumiko-reduce', base64);

/** The functions in reduce-rows.as.ts and reduce-columns.as.ts. */
const entries = {
  sum: { rows: 'sumRows', columns: 'sumColumns' },
  maximum: { rows: 'maximumRows', columns: 'maximumColumns' },
  minimum: { rows: 'minimumRows', columns: 'minimumColumns' },
  product: { rows: 'productRows', columns: 'productColumns' },
  integerSum: { rows: 'integerSumRows', columns: 'integerSumColumns' },
  integerMaximum: { rows: 'integerMaximumRows', columns: 'integerMaximumColumns' },
  integerMinimum: { rows: 'integerMinimumRows', columns: 'integerMinimumColumns' },
} as const;

export type ReduceOperation = keyof typeof entries;

/** A reduction of 4-byte values. */
export interface Reduction {
  readonly operation: ReduceOperation;
  /** Pointer to [outer, rows, columns]. */
  readonly x: number;
  /** Pointer to [outer, columns]. */
  readonly y: number;
  readonly stretch: ReducedStretch;
  /** Sums of floats are divided by it. */
  readonly divisor: number;
}

/** Values of a row that repay being a piece by themselves. */
const LEAST_PIECE = 2 ** 13;

/** Rows of a column that are added up before the partial sums are: the longest chain of additions is an eighth of it. */
const MOST_ROWS = 512;

/** Columns that repay a slice: four kilobytes of each row. */
const LEAST_COLUMNS = 1024;

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** Runs `reduce` to the result where there is one piece, else to scratch, whose pieces are then reduced to the result. */
function throughPieces(host: WasmHost, reduction: Reduction, pieces: number, reduce: (target: number, divisor: number) => void): void {
  const { outer, columns } = reduction.stretch;
  if (pieces === 1) {
    reduce(reduction.y, reduction.divisor);
    return;
  }
  withScratch(host, [4 * outer * pieces * columns], (partials) => {
    reduce(partials, 1);
    reduceOnHeap(host, { ...reduction, x: partials, stretch: { outer, rows: pieces, columns } });
  });
}

function reduceRows(host: WasmHost, reduction: Reduction, tasks: number): void {
  const { operation, x, stretch } = reduction;
  const { outer, rows } = stretch;
  const splits = Math.max(1, Math.min(Math.ceil(tasks / outer), Math.floor(rows / LEAST_PIECE)));
  throughPieces(host, reduction, splits, (target, divisor) =>
    reduceModule(host).parallel(entries[operation].rows, Math.min(tasks, outer * splits), [x, target, outer, rows, splits, divisor]),
  );
}

function reduceColumns(host: WasmHost, reduction: Reduction, tasks: number): void {
  const { operation, x, stretch } = reduction;
  const { outer, rows, columns } = stretch;
  // Several narrow rows are taken as one, so that it fills cache lines.
  const wish = columns < 256 ? 16 / greatestCommonDivisor(16, columns) : 1;
  const joined = rows >= 8 * wish ? wish : 1;
  const width = joined * columns;
  const lines = Math.floor(rows / joined);
  const columnParts = Math.max(1, Math.min(Math.ceil(tasks / outer), Math.floor(width / LEAST_COLUMNS)));
  const forThreads = Math.min(Math.ceil(tasks / (outer * columnParts)), Math.floor(lines / 32));
  const splits = Math.max(1, forThreads, Math.ceil(lines / MOST_ROWS));
  throughPieces(host, reduction, splits * joined, (target, divisor) =>
    reduceModule(host).parallel(entries[operation].columns, Math.min(tasks, outer * splits * columnParts), [
      x,
      target,
      outer,
      rows * columns,
      width,
      splits,
      columnParts,
      divisor,
    ]),
  );
}

/**
 * Reduces the middle axis of [outer, rows, columns]. Float sums go through partial sums whose places depend on the shape alone: chains of
 * rows end in double precision every 512 values, those of columns after 64 sums of eight.
 */
export function reduceOnHeap(host: WasmHost, reduction: Reduction): void {
  const { outer, rows, columns } = reduction.stretch;
  const tasks = splitWork(64, outer * rows * columns, LEAST_FLOATS);
  (columns === 1 ? reduceRows : reduceColumns)(host, reduction, tasks);
}
