import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadText } from './load-text.ts';
import { parseOptions } from './options.ts';
import { run } from './run.ts';
import { makeVocabulary } from './vocabulary.ts';

let folder = '';
let path = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kumiko-test-'));
  path = join(folder, 'text.txt');
  await writeFile(path, 'abcdefgh '.repeat(400));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function output(args: string): Promise<{ lines: string[]; written: string }> {
  const lines: string[] = [];
  let written = '';
  const small = '--layers 1 --heads 2 --width 16 --context 8 --batch 4 --threads 1 --prompt ab';
  await run(
    parseOptions(`${small} ${args}`.trim().split(' ')),
    (line) => lines.push(line),
    (text) => {
      written += text;
    },
  );
  return { lines, written };
}

test('learns a simple text, saves, loads, and writes the same', async () => {
  const model = join(folder, 'model.safetensors');
  const trained = await output(`--text ${path} --iterations 300 --characters 16 --temperature 0 --output ${model}`);
  expect(trained.lines[0]).toBe('3,600 characters, 9 different ones.');
  // Embeddings 9 and 8 rows of 16; a block of 12 * 16^2 and two norms; the last norm.
  expect(trained.lines[1]).toBe(`${(272 + 3072 + 64 + 32).toLocaleString('en-US')} parameters, 300 steps of 4 windows of 8 characters.`);
  expect(trained.lines[2]).toMatch(/^step 250 {2}loss \d\.\d{4} {2}held out \d\.\d{4} {2}[\d.]+ s$/);
  expect(trained.lines[3]).toMatch(/^step 300 /);
  const [, loss] = /^Held-out loss (\d\.\d{4}) /.exec(trained.lines[4] as string) ?? [];
  // Nothing learned would be ln 9 = 2.2; each character tells the next.
  expect(Number(loss)).toBeLessThan(0.5);
  expect(trained.written).toBe('abcdefgh abcdefgh \n');
  const loaded = await output(`--load ${model} --characters 16 --temperature 0`);
  expect(loaded.written).toBe(trained.written);
});

test('a compiled run learns what a plain one does', async () => {
  const loss = async (args: string): Promise<string | undefined> => {
    const { lines } = await output(`--text ${path} --iterations 20 --characters 0 ${args}`);
    return lines.find((line) => line.startsWith('Held-out'));
  };
  expect(await loss('--no-compile')).toBe(await loss(''));
});

test('vocabularies are in order, and refuse what they do not know', () => {
  const { characters, encode, decode } = makeVocabulary('bäda😀b');
  expect(characters).toEqual(['a', 'b', 'd', 'ä', '😀']);
  expect(decode(encode('😀ab'))).toBe('😀ab');
  expect(() => encode('x')).toThrow('char-gpt: expected characters that the text has, got "x". ');
});

test('texts come from the package or a file', async () => {
  const novel = await loadText(undefined);
  expect(novel).toContain('Call me Ishmael.');
  expect(novel.length).toBeGreaterThan(1_200_000);
  await writeFile(join(folder, 'short.txt'), 'short');
  await expect(loadText(join(folder, 'short.txt'))).rejects.toThrow('char-gpt: expected a text of at least 1000 characters, got 5 in ');
  await expect(loadText(join(folder, 'none.txt'))).rejects.toThrow('which cannot be read. Pass for example --text novel.txt.');
});
