import { partStart } from '../../assembly/part-start.as';
import { loadPartial, storePartial } from '../../assembly/vector.as';
import { inverseDeviationOfRow, meanOfRow } from './row-statistics.as';

/** `partials[task] = sum over the part's rows of dy (x - mean) r`, element by element. Items are rows. */
// @ts-ignore: decorator
@inline
function scaleGradient(isCentered: bool, task: i32, tasks: i32, dy: usize, x: usize, partials: usize, rows: i32, columns: i32, epsilon: f32): void {
  const rowBytes = <usize>columns << 2;
  const target = partials + <usize>task * rowBytes;
  memory.fill(target, 0, rowBytes);
  const end = partStart(rows, task + 1, tasks);
  for (let row = partStart(rows, task, tasks); row < end; row++) {
    const shift = <usize>row * rowBytes;
    let from = x + shift;
    let gradient = dy + shift;
    const mean = isCentered ? meanOfRow(from, columns) : f32x4.splat(0);
    const inverse = inverseDeviationOfRow(from, columns, mean, epsilon);
    let to = target;
    let left = columns;
    for (; left >= 8; left -= 8) {
      const low = f32x4.mul(f32x4.sub(v128.load(from), mean), inverse);
      const high = f32x4.mul(f32x4.sub(v128.load(from, 16), mean), inverse);
      v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v128.load(gradient), low)));
      v128.store(to, f32x4.add(v128.load(to, 16), f32x4.mul(v128.load(gradient, 16), high)), 16);
      from += 32;
      gradient += 32;
      to += 32;
    }
    for (; left > 0; left -= 4) {
      const normalised = f32x4.mul(f32x4.sub(loadPartial(from, left), mean), inverse);
      storePartial(to, f32x4.add(loadPartial(to, left), f32x4.mul(loadPartial(gradient, left), normalised)), left);
      from += 16;
      gradient += 16;
      to += 16;
    }
  }
}

export function layerNormScaleGradient(task: i32, tasks: i32, dy: usize, x: usize, partials: usize, rows: i32, columns: i32, epsilon: f32): void {
  scaleGradient(true, task, tasks, dy, x, partials, rows, columns, epsilon);
}

export function rmsNormScaleGradient(task: i32, tasks: i32, dy: usize, x: usize, partials: usize, rows: i32, columns: i32, epsilon: f32): void {
  scaleGradient(false, task, tasks, dy, x, partials, rows, columns, epsilon);
}

/** `out[i] = partials[0][i] + partials[1][i] + ...`, always in that order. One part. */
export function sumPartialRows(_task: i32, _tasks: i32, partials: usize, count: i32, columns: i32, out: usize): void {
  const rowBytes = <usize>columns << 2;
  for (let left = columns; left > 0; left -= 4) {
    let from = partials;
    let sum = loadPartial(from, left);
    for (let row = 1; row < count; row++) {
      from += rowBytes;
      sum = f32x4.add(sum, loadPartial(from, left));
    }
    storePartial(out, sum, left);
    partials += 16;
    out += 16;
  }
}
