import { expect, test } from 'vitest';
import { permute } from './permute.ts';

test('an image with its channels first', () => {
  // [height 2, width 1, channels 3] to [channels, height, width]
  expect([...permute(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 1, 3], [2, 0, 1])]).toEqual([1, 4, 2, 5, 3, 6]);
});
