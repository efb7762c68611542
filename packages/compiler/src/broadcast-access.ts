/** @internal */
import { util } from '@tensorflow/tfjs-core';
import type { Access } from './program.ts';

/**
 * How elements of a value of shape `from` spread over an output of shape `to`, as broadcasting aligns them: the dimensions that the value
 * has may stand anywhere, but next to each other.
 *
 * @returns nothing where the value does not broadcast, or has dimensions on both sides of one that it lacks
 * @example
 * broadcastAccess(7, [3, 1], [2, 3, 4]); // { value: 7, repeat: 4, size: 3 }
 */
export function broadcastAccess(value: number, from: readonly number[], to: readonly number[]): Access | undefined {
  const size = util.sizeFromShape(from as number[]);
  if (size === 1) return { value, repeat: 1, size };
  if (from.length > to.length) return undefined;
  const padded = [...new Array<number>(to.length - from.length).fill(1), ...from];
  const own = padded.flatMap((length, axis) => (length === 1 ? [] : [axis]));
  const [first, last] = [own[0] as number, own.at(-1) as number];
  if (padded.some((length, axis) => axis >= first && axis <= last && length !== to[axis])) return undefined;
  return { value, repeat: util.sizeFromShape(to.slice(last + 1)), size };
}
