import { loadPartial, partStart, storePartial } from './vector.as';

/** `out[i] = partials[0][i] + partials[1][i] + ...`, always in that order. Parts are groups of four elements. */
export function sumPartials(task: i32, tasks: i32, partials: usize, splits: i32, size: i32, out: usize): void {
  const groups = (size + 3) / 4;
  const end = partStart(groups, task + 1, tasks);
  for (let group = partStart(groups, task, tasks); group < end; group++) {
    const count = size - group * 4;
    let from = partials + (<usize>group << 4);
    let sum = loadPartial(from, count);
    for (let split = 1; split < splits; split++) {
      from += <usize>size << 2;
      sum = f32x4.add(sum, loadPartial(from, count));
    }
    storePartial(out + (<usize>group << 4), sum, count);
  }
}
