/** The first item of part `task` when `items` are split evenly into `tasks` parts. */
// @ts-ignore: decorator
@inline
export function partStart(items: i32, task: i32, tasks: i32): i32 {
  return <i32>((<i64>items * task) / tasks);
}
