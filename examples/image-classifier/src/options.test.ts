import { expect, test } from 'vitest';
import { isKumikoError } from '@kumiko/core';
import { HELP, parseOptions, type Options } from './options.ts';

const defaults: Options = {
  data: 'mnist',
  backend: 'wasm',
  threads: 'auto',
  epochs: 6,
  seed: 0,
  limit: undefined,
  output: undefined,
  help: false,
};

test('fills in defaults', () => {
  expect(parseOptions([])).toEqual(defaults);
  expect(parseOptions(['--'])).toEqual(defaults);
});

test('reads every option', () => {
  const args = '--data fashion-mnist --backend cpu --threads 3 --epochs=2 --seed 7 --limit 500 --output model.safetensors';
  expect(parseOptions(args.split(' '))).toEqual({
    data: 'fashion-mnist',
    backend: 'cpu',
    threads: 3,
    epochs: 2,
    seed: 7,
    limit: 500,
    output: 'model.safetensors',
    help: false,
  });
  expect(parseOptions(['-h']).help).toBe(true);
});

test.each([
  ['--data cifar', "image-classifier: expected --data mnist or fashion-mnist, got 'cifar'. Choose one of them."],
  ['--backend gpu', "image-classifier: expected --backend wasm or cpu, got 'gpu'. "],
  ['--threads 0', "image-classifier: expected --threads 'auto' or a whole number of at least 1, got '0'. Pass for example --threads 2."],
  ['--epochs 1.5', "expected --epochs a whole number of at least 1, got '1.5'. "],
  ['--epochs many', "got 'many'"],
  ['--epochs=', "expected --epochs a whole number of at least 1, got ''. "],
  ['--seed=-1', "expected --seed a whole number of at least 0, got '-1'. "],
  ['--limit 99', "expected --limit a whole number of at least 100, got '99'. "],
  [
    '--rate 3',
    'image-classifier: expected options among --data, --backend, --threads, --epochs, --seed, --limit, --output, --help, got "--rate 3": ',
  ],
  ['mnist', 'got "mnist": '],
  ['--data', 'got "--data": '],
])('refuses %s', (args, message) => {
  let refused: unknown;
  try {
    parseOptions(args.split(' '));
  } catch (error) {
    refused = error;
  }
  expect(isKumikoError(refused)).toBe(true);
  expect((refused as Error).message).toContain(message);
});

test('the help names every option', () => {
  for (const name of Object.keys(defaults)) expect(HELP).toContain(`--${name}`);
});
