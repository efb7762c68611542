import { partStart } from './vector.as';

/** The first of `count` sums, 16 bytes apart, that is greater than `draw`; `count` if none is. */
function placeOf(sums: usize, count: i32, draw: f64, isRising: bool): i32 {
  if (!isRising) {
    for (let i = 0; i < count; i++) if (draw < <f64>load<f32>(sums + (<usize>i << 4))) return i;
    return count;
  }
  // As many steps for every draw, so that nothing waits for a guess of where it goes.
  let place = 0;
  let left = count;
  while (left > 0) {
    const half = left > 1 ? left / 2 : 1;
    place += select<i32>(0, half, draw < <f64>load<f32>(sums + (<usize>(place + half - 1) << 4)));
    left -= half;
  }
  return place;
}

/**
 * Draws `samples` of `events` for each of `rows` rows of probabilities: the first event up to which they add up to more than a number in `draws`
 * [rows, samples], or the last. Each part has `events` times 16 bytes of `sums`. Items are groups of four rows, whose sums run side by side.
 */
export function drawEvents(task: i32, tasks: i32, x: usize, draws: usize, y: usize, sums: usize, rows: i32, events: i32, samples: i32): void {
  const end = min(rows, partStart((rows + 3) / 4, task + 1, tasks) * 4);
  const count = events - 1;
  const bytes = <usize>events << 2;
  sums += (<usize>task * events) << 4;
  for (let first = partStart((rows + 3) / 4, task, tasks) * 4; first < end; first += 4) {
    const lanes = min(4, rows - first);
    let p0 = x + <usize>first * bytes;
    let p1 = lanes > 1 ? p0 + bytes : p0;
    let p2 = lanes > 2 ? p1 + bytes : p0;
    let p3 = lanes > 3 ? p2 + bytes : p0;
    let sum = f32x4.splat(0);
    let isRising = i32x4.splat(-1);
    let to = sums;
    for (let event = 0; event < count; event++) {
      let four = v128.load32_zero(p0);
      four = v128.load_lane<f32>(p1, four, 1);
      four = v128.load_lane<f32>(p2, four, 2);
      four = v128.load_lane<f32>(p3, four, 3);
      const next = f32x4.add(sum, four);
      isRising = v128.and(isRising, f32x4.ge(next, sum));
      sum = next;
      v128.store(to, sum);
      p0 += 4;
      p1 += 4;
      p2 += 4;
      p3 += 4;
      to += 16;
    }
    for (let lane = 0; lane < lanes; lane++) {
      for (let sample = 0; sample < samples; sample++) {
        const i = <usize>(first + lane) * samples + sample;
        const place = placeOf(sums + (<usize>lane << 2), count, load<f64>(draws + (i << 3)), i32x4.all_true(isRising));
        store<i32>(y + (i << 2), place);
      }
    }
  }
}
