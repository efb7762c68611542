import { expect, test } from 'vitest';
import { decodeBfloat16, decodeFloat16 } from './half-precision.ts';

test('decodeFloat16 reads every kind of number', () => {
  // 1, -2, the largest 65504 = 2047 * 2^5, the smallest normal 2^-14, the largest subnormal 1023 * 2^-24, the smallest 2^-24, zeros, infinities.
  const bits = [0x3c00, 0xc000, 0x7bff, 0x0400, 0x03ff, 0x0001, 0x0000, 0x8000, 0x7c00, 0xfc00, 0x7e00];
  expect([...decodeFloat16(Uint16Array.from(bits))]).toEqual([
    1,
    -2,
    65504,
    2 ** -14,
    1023 * 2 ** -24,
    2 ** -24,
    0,
    -0,
    Infinity,
    -Infinity,
    NaN,
  ]);
});

test('decodeBfloat16 reads every kind of number', () => {
  // 0x4049 is 1.5703125 * 2 = 3.140625; 0x0001 is 2^-133; 0x7f7f is 255 * 2^120.
  const bits = [0x3f80, 0xc000, 0x4049, 0x0001, 0x7f7f, 0x8000, 0x7f80, 0xff80, 0x7fc0];
  expect([...decodeBfloat16(Uint16Array.from(bits))]).toEqual([1, -2, 3.140625, 2 ** -133, 255 * 2 ** 120, -0, Infinity, -Infinity, NaN]);
});
