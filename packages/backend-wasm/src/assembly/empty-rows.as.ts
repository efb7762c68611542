import { fillRun } from './fill.as';
import { noteOutside } from './indexed-rows.as';
import { wordAt } from './word-at.as';

/**
 * Where the elements of each of `rows` rows begin once every empty row has one: `starts`, with how many elements there are then behind it. `isEmpty`
 * tells which rows had none. A row that is none is noted. `indices` are `count` rows of `rank`. In one part.
 */
export function findEmptyRows(
  _task: i32, _tasks: i32, indices: usize, starts: usize, isEmpty: usize, faults: usize, count: i32, rank: i32, rows: i32,
): void {
  fillRun(starts, <usize>rows << 2, 0);
  for (let i = 0; i < count; i++) {
    const row = load<i32>(wordAt(indices, i * rank));
    if (<u32>row < <u32>rows) store<i32>(wordAt(starts, row), load<i32>(wordAt(starts, row)) + 1);
    else noteOutside(faults, row, rows);
  }
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const elements = load<i32>(wordAt(starts, row));
    store<u8>(isEmpty + row, <u8>(elements == 0));
    store<i32>(wordAt(starts, row), total);
    total += max(elements, 1);
  }
  store<i32>(wordAt(starts, rows), total);
}

/**
 * Writes the indices and values, of `size` (1 or 4) bytes, in the order of rows, with the value at `initial` in each empty row, and where each
 * element went. Uses up the `starts` of {@link findEmptyRows}. In one part.
 */
export function fillEmptyRows(
  _task: i32, _tasks: i32, indices: usize, values: usize, initial: usize, starts: usize, isEmpty: usize, newIndices: usize, newValues: usize,
  places: usize, count: i32, rank: i32, rows: i32, size: i32,
): void {
  for (let i = 0; i < count; i++) {
    const row = load<i32>(wordAt(indices, i * rank));
    const place = load<i32>(wordAt(starts, row));
    store<i32>(wordAt(starts, row), place + 1);
    store<i32>(wordAt(places, i), place);
    for (let j = 0; j < rank; j++) store<i32>(wordAt(newIndices, place * rank + j), load<i32>(wordAt(indices, i * rank + j)));
    if (size == 4) store<u32>(wordAt(newValues, place), load<u32>(wordAt(values, i)));
    else store<u8>(newValues + place, load<u8>(values + i));
  }
  for (let row = 0; row < rows; row++) {
    if (!load<u8>(isEmpty + row)) continue;
    const place = load<i32>(wordAt(starts, row));
    store<i32>(wordAt(newIndices, place * rank), row);
    for (let j = 1; j < rank; j++) store<i32>(wordAt(newIndices, place * rank + j), 0);
    if (size == 4) store<u32>(wordAt(newValues, place), load<u32>(initial));
    else store<u8>(newValues + place, load<u8>(initial));
  }
}
