import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu, testValues } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

describe.each(['left', 'right'] as const)('%s', (side) => {
  test.each(['float32', 'int32'] as const)('of %s', (dtype) => {
    for (const [rows, length, width] of [
      [1, 1, 1],
      [2, 3, 3],
      [7, 35, 35],
      [3, 64, 17],
      [2, 0, 5],
      [2, 5, 0],
      [1, 1000, 33],
      [40, 1024, 600],
    ] as const) {
      const scale = dtype === 'int32' ? length : 1;
      const draws = (size: number, seed: number) => [...testValues(size, seed)].map((value) => Math.round(value * 40 * scale) / 40);
      const sorted = Array.from({ length: rows }, (_, row) => draws(length, row).sort((a, b) => a - b)).flat();
      const values = draws(rows * width, 90);
      compareWithCpu(
        'SearchSorted',
        { sortedSequence: { shape: [rows, length], dtype, values: sorted }, values: { shape: [rows, width], dtype, values } },
        { side },
        0,
      );
    }
  });

  test('values beyond the ends, infinities and NaN', () => {
    const sortedSequence = { shape: [1, 5], values: [-Infinity, 0, 0, 2, Infinity] };
    const values = { shape: [1, 9], values: [-Infinity, -1, -0, 0, 1, 2, 3, Infinity, NaN] };
    compareWithCpu('SearchSorted', { sortedSequence, values }, { side }, 0);
  });
});

test('of bools', () => {
  const bools = (values: number[]) => ({ shape: [1, values.length], dtype: 'bool' as const, values });
  compareWithCpu('SearchSorted', { sortedSequence: bools([0, 0, 1]), values: bools([1, 0]) }, { side: 'left' }, 0);
});
