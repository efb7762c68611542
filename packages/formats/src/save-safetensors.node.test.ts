import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disposeTree, isKumikoError } from '@kumiko/core';
import * as tf from '@tensorflow/tfjs-core';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSafetensors } from './load-safetensors.ts';
import { saveSafetensors } from './save-safetensors.ts';
import { toSafetensors } from './to-safetensors.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kumiko-formats-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a saved tree is loaded again, and nothing else is left in the folder', async () => {
  const before = tf.memory().numTensors;
  const path = join(folder, 'model.safetensors');
  const tree = { a: [tf.tensor1d([1, 2]), tf.scalar(3, 'int32')] };
  await writeFile(path, 'an older file');
  await saveSafetensors(path, tree, { epoch: '3' });
  expect(new Uint8Array(await readFile(path))).toEqual(await toSafetensors(tree, { epoch: '3' }));
  const loaded = (await loadSafetensors(path)) as typeof tree;
  expect(Array.isArray(loaded.a)).toBe(true);
  expect([...loaded.a[0]!.dataSync(), ...loaded.a[1]!.dataSync()]).toEqual([1, 2, 3]);
  expect(await readdir(folder)).toEqual(['model.safetensors']);
  disposeTree([tree, loaded]);
  expect(tf.memory().numTensors).toBe(before);
});

test('a save that fails leaves the older file and no temporary one', async () => {
  const tree = { a: tf.scalar(1) };
  const target = join(folder, 'older');
  await writeFile(target, 'an older file');
  const complex = tf.complex(1, 2);
  await expect(saveSafetensors(target, { complex })).rejects.toThrow('toSafetensors: expected float32');
  expect(await readFile(target, 'utf8')).toBe('an older file');
  // A folder cannot be replaced by a file: the rename fails after the bytes were written.
  await expect(saveSafetensors(folder, tree)).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
  expect((await readdir(tmpdir())).filter((name) => name.startsWith(`${folder.split('/').at(-1)}.`))).toEqual([]);
  await expect(saveSafetensors(join(folder, 'nowhere', 'x'), tree)).rejects.toThrow('ENOENT');
  disposeTree([tree, complex]);
});

test('loading nothing, or something else, is an error', async () => {
  await expect(loadSafetensors(join(folder, 'nothing'))).rejects.toThrow('ENOENT');
  await writeFile(join(folder, 'text'), 'some text that is long enough');
  const error = await loadSafetensors(join(folder, 'text')).catch((caught: unknown) => caught);
  expect(isKumikoError(error)).toBe(true);
});

test('a page can bundle the package, though it has no file system', async () => {
  const { outputFiles } = await build({
    entryPoints: [new URL('index.ts', import.meta.url).pathname],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['@kumiko/source'],
    external: ['@tensorflow/tfjs-core'],
    logLevel: 'silent',
  });
  expect(outputFiles[0]?.text).toContain('node:fs/promises');
});
