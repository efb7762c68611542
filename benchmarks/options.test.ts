import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';

test('the whole sweep is the default', () => {
  expect(parseOptions([])).toMatchObject({ kernels: [], peers: ['tfjs', 'jax', 'onnx'], threads: [1, 2], rounds: 25, isWhole: true });
});

test('lists, and what pnpm passes through', () => {
  const options = parseOptions(['--', '--kernel', 'Conv2D,Softmax', '--peer', 'tfjs', '--threads', '2', '--quick']);
  expect(options).toMatchObject({ kernels: ['Conv2D', 'Softmax'], peers: ['tfjs'], threads: [2], rounds: 7, isWhole: false });
});

test('what is unknown is an error that says what is known', () => {
  expect(() => parseOptions(['--peer', 'numpy'])).toThrow('--peer: expected tfjs, jax, onnx, got numpy.\nUsage');
  expect(() => parseOptions(['--threads', '0'])).toThrow('--threads: expected whole numbers from 1, got 0.');
  expect(() => parseOptions(['--fast'])).toThrow('Usage');
});
