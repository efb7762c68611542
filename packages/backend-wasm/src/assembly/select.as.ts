import { partStart } from './vector.as';

/** `y[i] = condition[i] == 1 ? t[i] : e[i]` for bools and values of four bytes. Items are groups of 16 elements. */
export function select(task: i32, tasks: i32, condition: usize, t: usize, e: usize, y: usize, size: i32): void {
  const groups = (size + 15) / 16;
  const first = partStart(groups, task, tasks) * 16;
  const ones = i8x16.splat(1);
  const shift = <usize>first << 2;
  condition += first;
  t += shift;
  e += shift;
  y += shift;
  let left = min(size, partStart(groups, task + 1, tasks) * 16) - first;
  for (; left >= 16; left -= 16) {
    const mask = i8x16.eq(v128.load(condition), ones);
    const low = i16x8.extend_low_i8x16_s(mask);
    const high = i16x8.extend_high_i8x16_s(mask);
    v128.store(y, v128.bitselect(v128.load(t), v128.load(e), i32x4.extend_low_i16x8_s(low)));
    v128.store(y, v128.bitselect(v128.load(t, 16), v128.load(e, 16), i32x4.extend_high_i16x8_s(low)), 16);
    v128.store(y, v128.bitselect(v128.load(t, 32), v128.load(e, 32), i32x4.extend_low_i16x8_s(high)), 32);
    v128.store(y, v128.bitselect(v128.load(t, 48), v128.load(e, 48), i32x4.extend_high_i16x8_s(high)), 48);
    condition += 16;
    t += 64;
    e += 64;
    y += 64;
  }
  for (; left > 0; left--) {
    store<u32>(y, load<u32>(load<u8>(condition++) == 1 ? t : e));
    t += 4;
    e += 4;
    y += 4;
  }
}
