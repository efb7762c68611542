import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';

test('the whole sweep is the default', () => {
  expect(parseOptions([])).toMatchObject({
    withKernels: true,
    kernels: [],
    peers: ['tfjs', 'jax', 'onnx'],
    stepPeers: ['kumiko', 'tfjs', 'jax', 'onnx', 'torch'],
    threads: [1, 2],
    rounds: 25,
    stepRounds: 3,
    isWhole: true,
  });
  expect(parseOptions([]).steps).toContain('gpt');
});

test('kernels without steps, and steps without kernels', () => {
  expect(parseOptions(['--size', 'tiny'])).toMatchObject({ withKernels: true, steps: [], isWhole: false });
  expect(parseOptions(['--steps', 'mlp,gpt', '--rounds', '5'])).toMatchObject({ withKernels: false, steps: ['mlp', 'gpt'], stepRounds: 5 });
  expect(parseOptions(['--steps', 'mlp', '--kernel', 'Softmax'])).toMatchObject({ withKernels: true, steps: ['mlp'] });
});

test('lists, and what pnpm passes through', () => {
  const options = parseOptions(['--', '--kernel', 'Conv2D,Softmax', '--peer', 'tfjs', '--threads', '2', '--quick']);
  expect(options).toMatchObject({ kernels: ['Conv2D', 'Softmax'], peers: ['tfjs'], threads: [2], rounds: 7, isWhole: false });
});

test('what is unknown is an error that says what is known', () => {
  expect(() => parseOptions(['--peer', 'numpy'])).toThrow('--peer: expected tfjs, jax, onnx, torch, got numpy.\nUsage');
  expect(() => parseOptions(['--steps', 'lstm'])).toThrow('--steps: expected mlp, cnn-forward, cnn, fashion, gpt, got lstm.');
  expect(() => parseOptions(['--threads', '0'])).toThrow('--threads: expected whole numbers from 1, got 0.');
  expect(() => parseOptions(['--fast'])).toThrow('Usage');
});
