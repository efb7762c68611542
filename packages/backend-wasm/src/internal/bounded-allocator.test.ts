import { expect, test } from 'vitest';
import { boundAllocator } from './bounded-allocator.ts';

const MEBIBYTE = 2 ** 20;

/** An allocator that hands out these pointers one after the other, as signed numbers like one in WASM, and then says that there is no room. */
function handingOut(...pointers: number[]) {
  const calls: string[] = [];
  const allocator = {
    malloc(bytes: number): number {
      calls.push(`malloc ${bytes / MEBIBYTE}`);
      return (pointers.shift() ?? 0) | 0;
    },
    free: (pointer: number) => void calls.push(`free ${(pointer >>> 0) / MEBIBYTE}`),
  };
  return { allocator: boundAllocator(allocator), calls };
}

test('a piece that lies within 4 GiB is handed on', () => {
  const { allocator, calls } = handingOut(3000 * MEBIBYTE);
  expect(allocator.malloc(1000 * MEBIBYTE)).toBe(3000 * MEBIBYTE);
  allocator.free(3000 * MEBIBYTE);
  expect(calls).toEqual(['malloc 1000', 'free 3000']);
});

test('pieces that would pass 4 GiB are looked past, and given back', () => {
  // 3500 + 1000 and 4000 + 1000 are more than 4096.
  const { allocator, calls } = handingOut(3500 * MEBIBYTE, 4000 * MEBIBYTE, 100 * MEBIBYTE);
  expect(allocator.malloc(1000 * MEBIBYTE)).toBe(100 * MEBIBYTE);
  expect(calls).toEqual(['malloc 1000', 'malloc 1000', 'malloc 1000', 'free 3500', 'free 4000']);
});

test('where there is nothing but such pieces there is no room', () => {
  const { allocator, calls } = handingOut(3500 * MEBIBYTE);
  expect(allocator.malloc(1000 * MEBIBYTE)).toBe(0);
  expect(calls).toEqual(['malloc 1000', 'malloc 1000', 'free 3500']);
});

test.each([2 ** 32, 2 ** 32 + 16, 2 ** 53, Infinity, Number.NaN])('%d bytes, which no pointer reaches, are not asked for', (bytes) => {
  const { allocator, calls } = handingOut(16);
  expect(allocator.malloc(bytes)).toBe(0);
  expect(calls).toEqual([]);
});
