/** Copies `count` floats. Neither reads nor writes past them. */
// @ts-ignore: decorator
@inline
function copyFloats(target: usize, source: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(target, v128.load(source));
    source += 16;
    target += 16;
  }
  if (count & 2) {
    store<u64>(target, load<u64>(source));
    source += 8;
    target += 8;
  }
  if (count & 1) store<u32>(target, load<u32>(source));
}

/** Writes the pixels `first` to `first + span - 1` of an image row, those outside it as 0. `line` points at the row's pixel 0. */
export function copyRun(target: usize, line: usize, first: i32, span: i32, width: i32, channels: i32): void {
  const begin = min(first + span, max(0, first));
  const end = max(begin, min(width, first + span));
  for (let count = (begin - first) * channels; count > 0; count--) {
    store<f32>(target, 0);
    target += 4;
  }
  const floats = (end - begin) * channels;
  copyFloats(target, line + (<usize>(begin * channels) << 2), floats);
  target += <usize>floats << 2;
  for (let count = (first + span - end) * channels; count > 0; count--) {
    store<f32>(target, 0);
    target += 4;
  }
}
