import { loadPartial, partStart, storePartial } from './vector.as';

/** Bytes of what four floats are normalised by: their means, factors and offsets. */
const ENTRY: usize = 48;

/** Where the number of a float of a block lies in the table of entries. */
// @ts-ignore: decorator
@inline
function placeOf(table: usize, float: i32): usize {
  return table + <usize>(float >> 2) * ENTRY + (<usize>(float & 3) << 2);
}

/**
 * `(x - mean) * scale / sqrt(variance + epsilon) + offset`, by channel. `scale` and `offset` may be 0: ones and zeros. Items are blocks of `block`
 * floats, whole vectors of whole pixels, of `size` floats in all; each task has 12 bytes of `tables` for a float of a block.
 */
export function normalizeChannels(
  task: i32,
  tasks: i32,
  x: usize,
  mean: usize,
  variance: usize,
  scale: usize,
  offset: usize,
  y: usize,
  size: i32,
  channels: i32,
  epsilon: f64,
  block: i32,
  tables: usize,
): void {
  const table = tables + <usize>(task * block) * 12;
  for (let float = 0; float < channels; float++) {
    const at = placeOf(table, float);
    const shift = <usize>float << 2;
    const width = Math.sqrt(<f64>load<f32>(variance + shift) + epsilon);
    store<f32>(at, load<f32>(mean + shift));
    store<f32>(at, <f32>((scale == 0 ? 1 : <f64>load<f32>(scale + shift)) / width), 16);
    store<f32>(at, offset == 0 ? 0 : load<f32>(offset + shift), 32);
  }
  for (let float = channels; float < block; float++) {
    const from = placeOf(table, float - channels);
    const to = placeOf(table, float);
    store<f32>(to, load<f32>(from));
    store<f32>(to, load<f32>(from, 16), 16);
    store<f32>(to, load<f32>(from, 32), 32);
  }
  const blocks = (size + block - 1) / block;
  const end = min(size, partStart(blocks, task + 1, tasks) * block);
  for (let first = partStart(blocks, task, tasks) * block; first < end; first += block) {
    let entry = table;
    let from = x + (<usize>first << 2);
    let to = y + (<usize>first << 2);
    for (let left = min(block, end - first); left > 0; left -= 4) {
      const centred = f32x4.sub(loadPartial(from, left), v128.load(entry));
      storePartial(to, f32x4.add(f32x4.mul(centred, v128.load(entry, 16)), v128.load(entry, 32)), left);
      from += 16;
      to += 16;
      entry += ENTRY;
    }
  }
}
