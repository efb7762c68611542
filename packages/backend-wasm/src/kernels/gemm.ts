import type { WasmHost } from '@kumiko/backend';
import { LEAST_FLOATS, LEAST_PRODUCTS, splitWork } from './split-work.ts';
import { vectorProduct } from './vector-product.ts';
import { withScratch } from './with-scratch.ts';

/** Matrices on the heap: element (row, column) of matrix i lies at `pointer + 4 * (((i / divide | 0) % modulo) * batchStride + row * rowStride + column * columnStride)`. */
export interface GemmOperand {
  /** Bytes. */
  readonly pointer: number;
  /** Elements. */
  readonly rowStride: number;
  /** Elements. */
  readonly columnStride: number;
  /** Elements; 0 or absent for a single matrix. */
  readonly batchStride?: number;
  /** How many consecutive products use the same matrix; 1 by default. */
  readonly divide?: number;
  /** How many matrices there are; 1 by default. */
  readonly modulo?: number;
}

/** Activations that {@link gemm} can apply while the product is in the cache. */
export type GemmActivation = 'linear' | 'relu' | 'relu6' | 'leakyrelu';

/** A matrix product with what may follow it. */
export interface GemmProblem {
  readonly a: GemmOperand;
  readonly b: GemmOperand;
  /** Where C[batch][rows][columns] goes, contiguous; bytes. */
  readonly c: number;
  readonly batch?: number;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Adds to what C holds instead of replacing it. */
  readonly accumulate?: boolean;
  /** Pointer to `columns` floats that are added to every row. */
  readonly bias?: number;
  readonly activation?: GemmActivation;
  /** Slope of `leakyrelu` below 0. */
  readonly alpha?: number;
}

/** The numbers by which gemm.as.ts knows the activations. */
export const activationNumbers: Readonly<Record<GemmActivation, number>> = { linear: 0, relu: 1, relu6: 2, leakyrelu: 4 };

/** Whether an activation is one that a product can apply itself. */
export const isInGemm = (activation: string): activation is GemmActivation => Object.hasOwn(activationNumbers, activation);

/** Rows up to which B is not packed as a whole: packing would cost as much as the product. */
const FEW_ROWS = 32;

/** Rows up to which B is multiplied where it lies, even if its rows fall on the same lines of the cache. */
const DIRECT_ROWS = 16;

/** Rows up to which, and columns from which, B may be read row by row. */
const MOST_STREAMED_ROWS = 16;
const LEAST_STREAMED_COLUMNS = 16;

/** Elements of a B that does not fit the second-level cache; of one that is so large that eight rows, or whatever its stride, do not make up for it. */
const LARGE_MATRIX = 2 ** 18;
const VERY_LARGE_MATRIX = 2 ** 20;
const HUGE_MATRIX = 2 ** 21;

/** Rows of B that are a multiple of so many floats apart share lines of the cache. */
const CACHE_STRIDE = 256;

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** Rows of A that are multiplied at once: with them a panel of B is used often, and they fit the second-level cache. */
const TILE_ROWS = 48;

/** Rows and columns of the blocks of C, each multiplied by one thread: high and wide enough to reuse the panels, and at least 48 where there is work. */
function tileOf(batch: number, rows: number, columns: number): readonly [number, number] {
  const tileRows = rows <= TILE_ROWS ? rows : roundUp(rows / Math.ceil(rows / TILE_ROWS), 12);
  const wanted = Math.ceil(48 / (batch * Math.ceil(rows / tileRows)));
  return [tileRows, Math.min(1024, Math.max(64, roundUp(columns / wanted, 8)), roundUp(columns, 8))];
}

/** Runs a product of one row or one column without packing anything; false where the strides do not allow it. */
function runAsVectorProduct(host: WasmHost, problem: GemmProblem): boolean {
  const { a, b, c, batch = 1, rows, columns, depth, accumulate = false, bias = 0, activation = 'linear', alpha = 0 } = problem;
  const others = { y: c, depth, accumulate, bias, activation: activationNumbers[activation], alpha };
  if (batch !== 1) return false;
  if (rows === 1 && a.columnStride === 1) {
    const matrix = { ...b, rowStride: b.columnStride, columnStride: b.rowStride };
    if (b.columnStride !== 1 && b.rowStride !== 1) return false;
    vectorProduct(host, { ...others, matrix, x: a.pointer, size: columns, biasStride: 1 });
    return true;
  }
  if (columns !== 1 || b.rowStride !== 1 || (a.columnStride !== 1 && a.rowStride !== 1)) return false;
  vectorProduct(host, { ...others, matrix: a, x: b.pointer, size: rows, biasStride: 0 });
  return true;
}

/** Runs a product of few rows without packing B first, which costs as much as the product; false where the strides do not allow it. */
function runWithFewRows(host: WasmHost, problem: GemmProblem): boolean {
  const { a, b, c, batch = 1, rows, columns, depth, accumulate = false, bias = 0, activation = 'linear', alpha = 0 } = problem;
  if (batch !== 1 || rows > FEW_ROWS || a.columnStride !== 1 || b.columnStride !== 1) return false;
  const columnCount = Math.min(128, Math.max(32, roundUp(columns / 16, 8)), roundUp(columns, 8));
  const direct = rows <= DIRECT_ROWS || b.rowStride % CACHE_STRIDE !== 0;
  const tasks = splitWork(Math.ceil(columns / columnCount), Math.max(rows, 8) * columns * depth, LEAST_PRODUCTS * host.grain);
  withScratch(host, [tasks * (4 + 8 * (rows + 3) + 256 * columnCount)], (scratch) => {
    host.parallel('gemmFewRows', tasks, [
      ...[a.pointer, a.rowStride, b.pointer, b.rowStride, direct ? 1 : 0, c, rows, columns, depth, columnCount],
      ...[accumulate ? 1 : 0, bias, activationNumbers[activation], alpha, scratch],
    ]);
  });
  return true;
}

/** Whether B is read row by row: for two or three rows, and where its rows lie so far apart that the columns of a tile share lines of the cache. */
function isStreamed({ b, batch = 1, rows, columns, depth }: GemmProblem): boolean {
  if (batch !== 1 || rows > MOST_STREAMED_ROWS || columns < LEAST_STREAMED_COLUMNS) return false;
  const size = columns * depth;
  const isShared = b.rowStride % CACHE_STRIDE === 0;
  return rows <= 3 || (rows <= 8 && size >= (isShared ? LARGE_MATRIX : HUGE_MATRIX)) || (isShared && size >= VERY_LARGE_MATRIX);
}

/** Runs a product of few rows by reading B row by row; false where another way is faster or the strides do not allow it. */
function runStreamed(host: WasmHost, problem: GemmProblem): boolean {
  const { a, b, c, rows, columns, depth, accumulate = false, bias = 0, activation = 'linear', alpha = 0 } = problem;
  if (!isStreamed(problem) || a.columnStride !== 1 || b.columnStride !== 1) return false;
  const columnCount = Math.min(512, Math.max(128, roundUp(columns / 8, 32)));
  const tasks = splitWork(Math.ceil(columns / columnCount), Math.max(rows, 8) * columns * depth, LEAST_PRODUCTS * host.grain);
  host.parallel('gemmStreamed', tasks, [
    ...[a.pointer, a.rowStride, b.pointer, b.rowStride, c, rows, columns, depth, columnCount],
    ...[accumulate ? 1 : 0, bias, activationNumbers[activation], alpha],
  ]);
  return true;
}

/** Products that share B are one product of all their rows, where A's matrices follow each other. */
function foldBatch(problem: GemmProblem): GemmProblem {
  const { a, b, batch = 1, rows } = problem;
  const { batchStride = 0, divide = 1, modulo = 1 } = a;
  const isDense = modulo === batch && divide === 1 && batchStride === rows * a.rowStride && a.columnStride === 1;
  if (batch === 1 || !isDense || (b.modulo ?? 1) !== 1) return problem;
  const { pointer, rowStride, columnStride } = a;
  return { ...problem, a: { pointer, rowStride, columnStride }, batch: 1, rows: batch * rows };
}

/**
 * `C (+)= A B`, then optionally `activation(C + bias)`, for float32 matrices on the heap, on all threads.
 *
 * One row or one column is multiplied in place, and few rows with a B whose rows are contiguous nearly so: by tiles, or B row by row. Otherwise B is packed into panels of 8 columns; A is read where it lies if its rows are contiguous, else packed into panels of as many rows as a register tile has.
 * All sizes are at least 1.
 *
 * @example
 * import { selectBackend, wasmHost } from '@kumiko/backend';
 * import { wasm } from '@kumiko/backend-wasm';
 * await selectBackend([wasm({ threads: 1 })]);
 * const host = wasmHost(tf.backend());
 * const at = (tensor) => host.pointer(tensor.dataId);
 * const [a, b, c] = [tf.tensor2d([[1, 2, 3]]), tf.tensor2d([[1, 0], [0, 1], [1, 1]]), tf.tensor2d([[0, 0]])];
 * const operands = { a: { pointer: at(a), rowStride: 3, columnStride: 1 }, b: { pointer: at(b), rowStride: 2, columnStride: 1 } };
 * gemm(host, { ...operands, c: at(c), rows: 1, columns: 2, depth: 3 });
 * c; // [[4, 5]]
 */
export function gemm(host: WasmHost, given: GemmProblem): void {
  const problem = foldBatch(given);
  if (runAsVectorProduct(host, problem) || runStreamed(host, problem) || runWithFewRows(host, problem)) return;
  const { a, b, c, batch = 1, rows, columns, depth, accumulate = false, bias = 0, activation = 'linear', alpha = 0 } = problem;
  const { batchStride: strideA = 0, divide: divideA = 1, modulo: moduloA = 1 } = a;
  const { batchStride: strideB = 0, divide: divideB = 1, modulo: moduloB = 1 } = b;
  const packsA = a.columnStride !== 1 && depth > 1;
  const panelsB = moduloB * Math.ceil(columns / 8);
  const [tileRows, tileColumns] = tileOf(batch, rows, columns);
  const blocksA = moduloA * Math.ceil(rows / tileRows);
  const floatsA = moduloA * (rows + 3) * depth;
  const tiles = batch * Math.ceil(rows / tileRows) * Math.ceil(columns / tileColumns);
  const tasks = splitWork(tiles, batch * rows * columns * depth, LEAST_PRODUCTS * host.grain);
  const sizes = [packsA ? 4 * floatsA : 0, panelsB * depth * 32, tasks * (4 + 8 * (tileRows + 3))] as const;
  withScratch(host, sizes, (packedA, packedB, scratch) => {
    if (packsA) {
      const parts = splitWork(blocksA, floatsA, LEAST_FLOATS * host.grain);
      host.parallel('packRows', parts, [a.pointer, a.rowStride, a.columnStride, strideA, moduloA, rows, depth, tileRows, packedA]);
    }
    const parts = splitWork(panelsB, panelsB * depth * 8, LEAST_FLOATS * host.grain);
    host.parallel('packColumns', parts, [b.pointer, b.rowStride, b.columnStride, strideB, moduloB, depth, columns, packedB]);
    host.parallel('gemm', tasks, [
      ...(packsA ? [packedA, 1] : [a.pointer, 0]),
      ...[a.rowStride, strideA, divideA, moduloA],
      ...[packedB, divideB, moduloB],
      ...[c, columns, rows * columns],
      ...[batch, rows, columns, depth, tileRows, tileColumns],
      ...[accumulate ? 1 : 0, bias, activationNumbers[activation], alpha, scratch],
    ]);
  });
}
