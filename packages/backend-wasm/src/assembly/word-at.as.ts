/** Where word `i` of an array lies. */
// @ts-ignore: decorator
@inline
export function wordAt(base: usize, i: i32): usize {
  return base + (<usize>i << 2);
}
