import { expect, test } from 'vitest';
import type { Fallback, Step } from './lower.ts';
import { schedule } from './schedule.ts';

const call = (name: string, reads: number[], writes: number[], tasks = 2): Step => ({
  target: { kind: 'copy', bytes: 1 },
  tasks,
  args: [Number(name.codePointAt(0))],
  reads,
  writes,
  aligned: [],
});
const names = (steps: Step[]): string[] =>
  schedule(steps).map(({ units, fallback }) =>
    fallback === undefined
      ? units.map(({ calls }) => calls.map(({ args }) => String.fromCodePoint(args[0] as number)).join('')).join(' ')
      : `(${fallback.reason})`,
  );
const kernel = (reads: number[], writes: number[]): Step =>
  ({ reason: 'js', reads, writes, instruction: {}, kernel: {} }) as unknown as Fallback;

test('what does not depend on each other runs in one stage', () => {
  expect(names([call('a', [0], [1]), call('b', [0], [2]), call('c', [1, 2], [3]), call('d', [2], [4])])).toEqual(['a b', 'c d']);
});

test('a write waits for the reads before it, and for the write before it', () => {
  expect(names([call('a', [0], [1]), call('b', [2], [0]), call('c', [2], [0])])).toEqual(['a', 'b', 'c']);
});

test('a chain of single parts is one unit', () => {
  expect(names([call('a', [0], [1], 1), call('b', [1], [2], 1), call('c', [2], [3], 4), call('d', [3], [4], 1)])).toEqual(['ab', 'c', 'd']);
});

test('a kernel of JavaScript stands alone, and nothing moves across it', () => {
  expect(names([call('a', [0], [1]), kernel([1], [2]), call('b', [0], [3])])).toEqual(['a', '(js)', 'b']);
});
