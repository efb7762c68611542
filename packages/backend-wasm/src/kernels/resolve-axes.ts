import { util } from '@tensorflow/tfjs-core';

const isAxis = (axis: number, shape: readonly number[]): boolean => Number.isInteger(axis) && axis >= 0 && axis < shape.length;

/**
 * The axes of `shape` that an attribute means: negative ones count from the back, none at all means every axis.
 *
 * @throws Error of tfjs when one is not there
 * @example
 * resolveAxes(-1, [2, 3]); // [1]
 */
export function resolveAxes(axes: number | readonly number[] | undefined, shape: readonly number[]): readonly number[] {
  const isResolved = typeof axes === 'number' ? isAxis(axes, shape) : axes?.every((axis) => isAxis(axis, shape));
  if (isResolved !== true) return util.parseAxisParam(axes as number | number[], shape as number[]);
  return typeof axes === 'number' ? [axes] : axes!;
}
