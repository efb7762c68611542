import { backend_util } from '@tensorflow/tfjs-core';

/**
 * The shape that two shapes broadcast to.
 *
 * @throws Error of tfjs when they do not broadcast
 * @example
 * broadcastShape([8, 1, 3], [4, 1]); // [8, 4, 3]
 */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) {
    const lengthOfA = i < rank - a.length ? 1 : a[i - rank + a.length]!;
    const lengthOfB = i < rank - b.length ? 1 : b[i - rank + b.length]!;
    if (lengthOfA !== lengthOfB && lengthOfA !== 1 && lengthOfB !== 1)
      return backend_util.assertAndGetBroadcastShape(a as number[], b as number[]);
    shape.push(lengthOfA === 1 ? lengthOfB : lengthOfA);
  }
  return shape;
}
