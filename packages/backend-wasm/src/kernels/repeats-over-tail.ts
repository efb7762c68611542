/**
 * Whether broadcasting `shape` to `target` only repeats its elements in order, that is whether the shape, leading ones aside, is the end of
 * `target` or holds a single element.
 *
 * @example
 * repeatsOverTail([1, 1, 8], [4, 5, 8]); // true
 * repeatsOverTail([5, 1], [4, 5, 8]); // false
 */
export function repeatsOverTail(shape: readonly number[], target: readonly number[]): boolean {
  if (shape.every((length) => length === 1)) return true;
  const tail = shape.slice(shape.findIndex((length) => length !== 1));
  return tail.length <= target.length && tail.every((length, i) => length === target[target.length - tail.length + i]);
}
