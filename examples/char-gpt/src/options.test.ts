import { expect, test } from 'vitest';
import { HELP, parseOptions, type Options } from './options.ts';

const defaults: Options = {
  text: undefined,
  backend: 'wasm',
  threads: 'auto',
  compile: true,
  layers: 4,
  heads: 4,
  width: 128,
  context: 64,
  batch: 12,
  iterations: 2000,
  seed: 1337,
  characters: 500,
  temperature: 0.8,
  prompt: '\n',
  output: undefined,
  load: undefined,
  help: false,
};

test('fills in defaults, nanoGPT’s for a CPU', () => {
  expect(parseOptions([])).toEqual(defaults);
  expect(parseOptions(['--'])).toEqual(defaults);
});

test('reads options', () => {
  const args = '--text a.txt --backend cpu --threads 3 --no-compile --layers=2 --characters 0 --temperature 0 --load m.safetensors';
  expect(parseOptions([...args.split(' '), '--prompt', 'To be'])).toEqual({
    ...defaults,
    ...{ text: 'a.txt', backend: 'cpu', threads: 3, compile: false, layers: 2, characters: 0, temperature: 0, load: 'm.safetensors' },
    prompt: 'To be',
  });
  expect(parseOptions(['-h']).help).toBe(true);
});

test.each([
  ['--backend gpu', "char-gpt: expected --backend wasm or cpu, got 'gpu'. "],
  ['--threads 0', "char-gpt: expected --threads a whole number of at least 1, got '0'. "],
  ['--iterations 1.5', "expected --iterations a whole number of at least 1, got '1.5'. "],
  ['--seed -1', 'got "--seed -1": '],
  ['--temperature=-1', "char-gpt: expected --temperature a number of at least 0, got '-1'. "],
  ['--rate 3', 'char-gpt: expected options among --text, --iterations, '],
])('refuses %s', (args, message) => {
  expect(() => parseOptions(args.split(' '))).toThrow(message);
});

test('the help names every option', () => {
  for (const name of Object.keys(defaults)) expect(HELP).toContain(name === 'compile' ? '--no-compile' : `--${name}`);
});
