import { expect, test } from 'vitest';
import { rememberedPlans } from './remembered-plans.ts';

function counted() {
  let made = 0;
  const planOf = rememberedPlans<number>();
  return (key: Parameters<typeof planOf>[0]): number => planOf(key, () => ++made);
}

test('a key is planned once', () => {
  const plan = counted();
  expect(plan([2, 3, 'same', undefined])).toBe(1);
  expect(plan([2, 3, 'same', undefined])).toBe(1);
});

test('whatever differs is another key', () => {
  const plan = counted();
  const keys = [[2, 3, 'same'], [3, 2, 'same'], [2, 3, 'valid'], [2, 3, undefined], [2, 3, 0], [2, 3], [2, 3, 'same', 'same']]; // prettier-ignore
  expect(keys.map(plan)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('more keys than are remembered', () => {
  const plan = counted();
  const keys = Array.from({ length: 1000 }, (_, i) => [i, 'same']);
  expect(keys.map(plan)).toEqual(keys.map((_, i) => i + 1));
  expect(plan(keys[999]!)).toBe(1000);
});
