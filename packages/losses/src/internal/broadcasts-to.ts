/** Whether a shape stretches to another, which stays as it is. */
export function broadcastsTo(from: readonly number[], to: readonly number[]): boolean {
  return from.length <= to.length && from.every((size, i) => size === 1 || size === to[to.length - from.length + i]);
}
