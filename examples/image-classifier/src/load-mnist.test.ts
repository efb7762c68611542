import { expect, test } from 'vitest';
import { loadMnist, parseDigit } from './load-mnist.ts';

test('reads the 10,000 digits of the package', async () => {
  const { pixels, labels, names } = await loadMnist();
  expect(labels).toHaveLength(10_000);
  expect(pixels).toHaveLength(10_000 * 784);
  expect(names).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  const counts = names.map((_, digit) => labels.reduce((count, label) => count + Number(label === digit), 0));
  expect(counts).toEqual([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
  // MNIST's mean brightness is 0.1307 of 255.
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  expect(mean / 255).toBeGreaterThan(0.125);
  expect(mean / 255).toBeLessThan(0.136);
});

test('turns rounded shares back into bytes', () => {
  const data = Array.from({ length: 784 }, (_, i) => Number(((i % 256) / 255).toFixed(3)));
  expect(Array.from(parseDigit('3', JSON.stringify({ data })))).toEqual(Array.from({ length: 784 }, (_, i) => i % 256));
});

test.each(['{}', '{"data":[]}', '{"data":[0.5]}', '{"data":"x"}'])('refuses %s', (text) => {
  expect(() => parseDigit('3', text)).toThrow('loadMnist: expected 3.json to hold images of 28 x 28 numbers');
});
