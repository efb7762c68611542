import { util } from '@tensorflow/tfjs-core';

/** The axis of `shape` that `axis` means, counted from the back where it is negative. @throws Error of tfjs when there is no such axis */
export function resolveAxis(axis: number, shape: number[]): number {
  return Number.isInteger(axis) && axis >= 0 && axis < shape.length ? axis : util.parseAxisParam(axis, shape)[0]!;
}
