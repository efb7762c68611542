/** Writes `count` bytes `times` times, one after the other. */
export function repeatRow(_task: i32, _tasks: i32, from: usize, to: usize, count: i32, times: i32): void {
  for (let i = 0; i < times; i++) {
    memory.copy(to, from, count);
    to += count;
  }
}
