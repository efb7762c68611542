import type { TreeOf } from './tree.ts';

/** Sizes of a tensor's axes, the batch axis included. */
export type Shape = readonly number[];

/** A leaf of a {@link ShapeTree}: the shape and type of one tensor. */
export interface TensorShape {
  readonly shape: Shape;
  readonly dtype: 'float32' | 'int32' | 'bool';
}

/** What is known of a tree of tensors before it exists. The class marks a leaf: a plain record would be a node. */
export class ShapeLeaf implements TensorShape {
  readonly shape: Shape;
  readonly dtype: TensorShape['dtype'];
  constructor(shape: Shape, dtype: TensorShape['dtype'] = 'float32') {
    this.shape = shape;
    this.dtype = dtype;
  }
}

/** Shapes and types of a tree of tensors; `Layer.init` maps one to another. */
export type ShapeTree = TreeOf<ShapeLeaf>;

/**
 * A leaf of a {@link ShapeTree}.
 *
 * @example
 * shapeOf([32, 28, 28, 1]).shape; // [32, 28, 28, 1]
 */
export function shapeOf(shape: Shape, dtype: TensorShape['dtype'] = 'float32'): ShapeLeaf {
  return new ShapeLeaf(shape, dtype);
}

/**
 * Prints a shape as Kumiko's errors do.
 *
 * @example
 * formatShape([4, 8]); // '[4,8]'
 */
export function formatShape(shape: Shape): string {
  return `[${shape.join(',')}]`;
}
