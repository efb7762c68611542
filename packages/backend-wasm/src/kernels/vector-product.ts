import type { WasmHost } from '@kumiko/backend';
import type { GemmOperand } from './gemm.ts';
import { splitWork } from './split-work.ts';

/** Multiply-adds of a vector with a matrix that repay a part: the matrix is read once, so the memory sets the pace. */
const LEAST_PRODUCTS = 2 ** 18;

/** A matrix and a vector on the heap, and what follows their product. */
export interface VectorProduct {
  /** A matrix [size, depth]. */
  readonly matrix: GemmOperand;
  /** Pointer to `depth` contiguous floats. */
  readonly x: number;
  /** Pointer to `size` contiguous floats. */
  readonly y: number;
  readonly size: number;
  readonly depth: number;
  readonly accumulate: boolean;
  /** Pointer to the bias; 0 for none. */
  readonly bias: number;
  /** 1 if every element has a bias of its own, 0 if all share one. */
  readonly biasStride: 0 | 1;
  /** The number of the activation, as gemm.as.ts counts them. */
  readonly activation: number;
  readonly alpha: number;
}

/** `y (+)= activation(M x + bias)` without packing the matrix, of which one stride must be 1. */
export function vectorProduct(host: WasmHost, product: VectorProduct): void {
  const { matrix, x, y, size, depth, accumulate, bias, biasStride, activation, alpha } = product;
  const isRows = matrix.columnStride === 1;
  // Long stretches of each row: memory is read in order.
  const items = isRows ? size : Math.ceil(size / 512);
  host.parallel(isRows ? 'rowsTimesVector' : 'vectorTimesRows', splitWork(items, size * depth, LEAST_PRODUCTS), [
    ...[matrix.pointer, isRows ? matrix.rowStride : matrix.columnStride, x, y, size, depth],
    ...[accumulate ? 1 : 0, bias, biasStride, activation, alpha],
  ]);
}
