import { Binary } from './binary-operation.as';
import { binaryRow } from './binary-row.as';
import { partStart } from './vector.as';

/** Floats that stay in the nearest cache while all summands are added to them. */
// @ts-ignore: decorator
@inline
const BLOCK: i32 = 1024;

/** The sum of `count` (2 to 8) arrays, from the first to the last. Items are blocks. */
export function addMany(
  task: i32, tasks: i32, y: usize, size: i32, count: i32,
  x0: usize, x1: usize, x2: usize, x3: usize, x4: usize, x5: usize, x6: usize, x7: usize,
): void {
  const blocks = (size + BLOCK - 1) / BLOCK;
  const end = partStart(blocks, task + 1, tasks);
  for (let block = partStart(blocks, task, tasks); block < end; block++) {
    const shift = <usize>(block * BLOCK) << 2;
    const length = min(BLOCK, size - block * BLOCK);
    for (let i = 1; i < count; i++) {
      const next = i == 1 ? x1 : i == 2 ? x2 : i == 3 ? x3 : i == 4 ? x4 : i == 5 ? x5 : i == 6 ? x6 : x7;
      binaryRow(Binary.Add, true, true, (i == 1 ? x0 : y) + shift, next + shift, y + shift, length);
    }
  }
}
