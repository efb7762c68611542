import { loadPartial, partStart, storePartial } from './vector.as';

/**
 * `out[segment] = sum of x[i] over all i with ids[i] = segment`, in the order of i. Ids outside [0, segments) are dropped.
 *
 * `x` is [count, size], `out` [segments, size]. The segments are cut into `segmentParts` and the groups of four elements of a row into
 * `tasks / segmentParts` parts; every task reads all ids and writes its own rectangle of `out`.
 */
export function segmentSum(task: i32, tasks: i32, x: usize, ids: usize, count: i32, size: i32, segments: i32, segmentParts: i32, out: usize): void {
  const columnParts = tasks / segmentParts;
  const part = task / columnParts;
  const segment0 = partStart(segments, part, segmentParts);
  const segment1 = partStart(segments, part + 1, segmentParts);
  const groups = (size + 3) / 4;
  const column0 = partStart(groups, task % columnParts, columnParts) * 4;
  const column1 = min(size, partStart(groups, (task % columnParts) + 1, columnParts) * 4);
  const rowBytes = <usize>size << 2;
  const shift = <usize>column0 << 2;
  for (let segment = segment0; segment < segment1; segment++) {
    memory.fill(out + <usize>segment * rowBytes + shift, 0, <usize>(column1 - column0) << 2);
  }
  for (let i = 0; i < count; i++) {
    const segment = load<i32>(ids + (<usize>i << 2));
    if (segment < segment0 || segment >= segment1) continue;
    let from = x + <usize>i * rowBytes + shift;
    let at = out + <usize>segment * rowBytes + shift;
    for (let column = column0; column < column1; column += 4) {
      const left = column1 - column;
      storePartial(at, f32x4.add(loadPartial(at, left), loadPartial(from, left)), left);
      from += 16;
      at += 16;
    }
  }
}
