import { expect, test } from 'vitest';
import { HELP, parseOptions, type Options } from './options.ts';
import { recipes } from './recipes.ts';

const defaults: Options = {
  model: 'cnn',
  data: '/usr/share/datasets/fashion-mnist',
  backend: 'wasm',
  threads: 'auto',
  epochs: undefined,
  seed: 0,
  limit: undefined,
  output: undefined,
  help: false,
};

test('fills in defaults', () => {
  expect(parseOptions([])).toEqual(defaults);
  expect(parseOptions(['--'])).toEqual(defaults);
});

test('reads options', () => {
  const args = '--model resnet --data folder --backend cpu --threads 3 --epochs=2 --seed 5 --limit 256 --output m.safetensors';
  expect(parseOptions(args.split(' '))).toEqual({
    ...defaults,
    ...{ model: 'resnet', data: 'folder', backend: 'cpu', threads: 3, epochs: 2, seed: 5, limit: 256, output: 'm.safetensors' },
  });
  expect(parseOptions(['-h']).help).toBe(true);
});

test.each([
  ['--model vgg', "fashion-mnist: expected --model cnn or resnet, got 'vgg'. "],
  ['--backend gpu', "fashion-mnist: expected --backend wasm or cpu, got 'gpu'. "],
  ['--threads 0', "fashion-mnist: expected --threads 'auto' or a whole number of at least 1, got '0'. "],
  ['--epochs 1.5', "expected --epochs a whole number of at least 1, got '1.5'. "],
  ['--limit 64', "expected --limit a whole number of at least 128, got '64'. "],
  ['--rate 3', 'fashion-mnist: expected options among --model, --data, '],
])('refuses %s', (args, message) => {
  expect(() => parseOptions(args.split(' '))).toThrow(message);
});

test('the help names every option and the usual epochs', () => {
  for (const name of Object.keys(defaults)) expect(HELP).toContain(`--${name}`);
  expect(HELP).toContain(`(${recipes.cnn.epochs} and ${recipes.resnet.epochs})`);
});
