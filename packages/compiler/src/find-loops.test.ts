import { expect, test } from 'vitest';
import { findLoops } from './find-loops.ts';

const loops = (text: string): string[] => findLoops(text.split('')).map(({ iterations, calls }) => `${iterations} x ${calls}`);

test('a stretch that repeats is a loop, whatever stands before and behind it', () => {
  expect(loops('xyabcabcabcabcz')).toEqual(['4 x 3']);
  expect(loops('abababab')).toEqual(['4 x 2']);
  expect(loops('aaaaaaaabbbbcc')).toEqual(['8 x 1', '4 x 1']);
});

test('a body may hold a call more than once, and a part of an iteration at the end is none', () => {
  expect(loops('aabaabaabaabaa')).toEqual(['4 x 3']);
  expect(loops('abacabacabacabacab')).toEqual(['4 x 4']);
});

test('the longest loop that starts at a place wins: a loop within a loop is part of its body', () => {
  expect(loops('aaaabaaaabaaaabaaaab')).toEqual(['4 x 5']);
});

test('three copies are no loop', () => {
  expect(loops('abcabcabc')).toEqual([]);
  expect(loops('')).toEqual([]);
});

test('takes time in proportion to the length', () => {
  const body = Array.from({ length: 100 }, (_, i) => `form ${i % 37}`);
  expect(findLoops(Array.from({ length: 2000 }, () => body).flat())).toEqual([{ iterations: 2000, calls: 100 }]);
});
