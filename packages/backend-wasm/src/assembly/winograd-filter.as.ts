import { COLUMNS } from './tile.as';
import { loadPartial, partStart } from './vector.as';

/** Four floats that lie `stride` bytes apart, of which `count` (1 to 4) exist; the others are 0. */
function loadColumns(pointer: usize, stride: usize, count: i32): v128 {
  if (stride == 4) return loadPartial(pointer, count);
  let value = v128.load32_zero(pointer);
  if (count > 1) value = v128.load_lane<f32>(pointer + stride, value, 1);
  if (count > 2) value = v128.load_lane<f32>(pointer + 2 * stride, value, 2);
  if (count > 3) value = v128.load_lane<f32>(pointer + 3 * stride, value, 3);
  return value;
}

/**
 * The filters of F(2x2, 3x3): `U = G g G^T` for every pair of an input channel (`depth`) and an output channel (`columns`), with the rows
 * (1, 0, 0), (1/2, 1/2, 1/2), (1/2, -1/2, 1/2), (0, 0, 1) of G; written as `[16][columns / 8][depth][8]`, with zeros for absent columns.
 * Items are panels of 8 columns. Strides in elements; those of the taps may be negative.
 */
export function winogradFilter(
  task: i32,
  tasks: i32,
  filter: usize,
  lineStride: i32,
  tapStride: i32,
  depthStride: i32,
  columnStride: i32,
  depth: i32,
  columns: i32,
  target: usize,
): void {
  const panels = (columns + COLUMNS - 1) / COLUMNS;
  const plane = ((<usize>panels * depth) * COLUMNS) << 2;
  const line = <usize>lineStride << 2;
  const tap = <usize>tapStride << 2;
  const step = <usize>columnStride << 2;
  const half = f32x4.splat(0.5);
  for (let panel = partStart(panels, task, tasks), end = partStart(panels, task + 1, tasks); panel < end; panel++) {
    for (let k = 0; k < depth; k++) {
      for (let part = 0; part < COLUMNS; part += 4) {
        const column = panel * COLUMNS + part;
        const count = min(4, columns - column);
        const to = target + ((((<usize>panel * depth + k) * COLUMNS) + part) << 2);
        if (count <= 0) {
          for (let position: usize = 0; position < 16; position++) v128.store(to + position * plane, f32x4.splat(0));
          continue;
        }
        const from = filter + ((<usize>k * depthStride + <usize>column * columnStride) << 2);
        for (let row: usize = 0; row < 4; row++) {
          // Row `row` of G g, then its product with G^T.
          let a: v128;
          let b: v128;
          let c: v128;
          if (row == 0 || row == 3) {
            const at = row == 0 ? from : from + 2 * line;
            a = loadColumns(at, step, count);
            b = loadColumns(at + tap, step, count);
            c = loadColumns(at + 2 * tap, step, count);
          } else {
            a = outer(from, line, step, count, half, row == 2);
            b = outer(from + tap, line, step, count, half, row == 2);
            c = outer(from + 2 * tap, line, step, count, half, row == 2);
          }
          const at = to + 4 * row * plane;
          const ends = f32x4.add(a, c);
          v128.store(at, a);
          v128.store(at + plane, f32x4.mul(half, f32x4.add(ends, b)));
          v128.store(at + 2 * plane, f32x4.mul(half, f32x4.sub(ends, b)));
          v128.store(at + 3 * plane, c);
        }
      }
    }
  }
}

/** `(g0 + g1 + g2) / 2`, or with `minus` `(g0 - g1 + g2) / 2`, of the three lines of a filter's column. */
// @ts-ignore: decorator
@inline
function outer(from: usize, line: usize, step: usize, count: i32, half: v128, minus: bool): v128 {
  const ends = f32x4.add(loadColumns(from, step, count), loadColumns(from + 2 * line, step, count));
  const middle = loadColumns(from + line, step, count);
  return f32x4.mul(half, minus ? f32x4.sub(ends, middle) : f32x4.add(ends, middle));
}
