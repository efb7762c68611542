import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tree, TreeOf } from '@kumiko/core';
import type { HostTensor, NumericArray } from './host-tensor.ts';

/** A leaf of a {@link Row}: a host tensor, a typed array (one axis), a number (float32), a boolean (bool) or a tensor. */
export type RowLeaf = HostTensor | NumericArray | number | boolean | Tensor;

/** One example, before it is batched. */
export type Row = TreeOf<RowLeaf>;

/** What a batch of rows of type `T` is: the same tree, with a tensor `[rows, ...shape of the leaf]` for each leaf. */
export type Batch<T> = T extends RowLeaf ? Tensor : T extends object ? (Row extends T ? Tree : { [K in keyof T]: Batch<T[K]> }) : never;
