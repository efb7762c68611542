/** Writes one element: a float, an integer of four bytes, or a bool. */
export function writeValue(_task: i32, _tasks: i32, to: usize, isFloat: i32, size: i32, value: f64): void {
  if (isFloat) store<f32>(to, <f32>value);
  else if (size == 4) store<i32>(to, <i32>value);
  else store<u8>(to, <u8>value);
}
