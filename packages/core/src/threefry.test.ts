import { describe, expect, test } from 'vitest';
import { threefry2x32, threefryFill } from './threefry.ts';

describe('threefry2x32', () => {
  // Random123 1.14, tests/kat_vectors, the lines `threefry2x32 20`.
  test.each([
    { key: [0, 0], counter: [0, 0], block: [0x6b200159, 0x99ba4efe] },
    { key: [0xffffffff, 0xffffffff], counter: [0xffffffff, 0xffffffff], block: [0x1cb996fc, 0xbb002be7] },
    { key: [0x13198a2e, 0x03707344], counter: [0x243f6a88, 0x85a308d3], block: [0xc4923a9c, 0x483df7a0] },
  ] as const)('gives the known answer for counter $counter', ({ key, counter, block }) => {
    expect(threefry2x32(key, counter)).toEqual(block);
  });
});

describe('threefryFill', () => {
  test('writes the block of each counter in turn', () => {
    const words = new Uint32Array(6);
    threefryFill([3, 4], [5, 6], words);
    expect([...words]).toEqual([...threefry2x32([3, 4], [5, 6]), ...threefry2x32([3, 4], [5, 7]), ...threefry2x32([3, 4], [5, 8])]);
  });

  test('carries from the low word into the high word', () => {
    const words = new Uint32Array(4);
    threefryFill([3, 4], [1, 0xffffffff], words);
    expect([...words]).toEqual([...threefry2x32([3, 4], [1, 0xffffffff]), ...threefry2x32([3, 4], [2, 0])]);
  });
});
