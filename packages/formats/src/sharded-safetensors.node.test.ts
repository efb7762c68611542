import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { disposeTree, leaves, mapTree, sameStructure, type Tree } from '@kumiko/core';
import { afterEach, assert, beforeEach, expect, test } from 'vitest';
import { fromShardedSafetensors } from './from-sharded-safetensors.ts';
import { loadShardedSafetensors } from './load-sharded-safetensors.ts';
import { saveShardedSafetensors } from './save-sharded-safetensors.ts';
import type { NamedFile } from './named-file.ts';
import { shardSafetensors, type ShardSafetensorsOptions } from './shard-safetensors.ts';
import { toSafetensors } from './to-safetensors.ts';

let tensorsBefore = 0;
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kumiko-shards-'));
  tensorsBefore = tf.memory().numTensors;
});
afterEach(async () => {
  assert.equal(tf.memory().numTensors, tensorsBefore, 'tensors');
  await rm(folder, { recursive: true });
});

async function filesOf(tree: Tree, options: ShardSafetensorsOptions): Promise<NamedFile[]> {
  const files: NamedFile[] = [];
  for await (const file of shardSafetensors(tree, options)) files.push(file);
  return files;
}

const reader = (files: readonly NamedFile[]) => (name: string) =>
  Promise.resolve(files.find(({ file }) => file === name)?.bytes ?? new Uint8Array(0));
const makeTree = () => ({ a: [tf.tensor1d([1, 2]), tf.tensor1d([3, 4, 5])], b: tf.tensor1d([true], 'bool'), c: tf.scalar(6, 'int32') });

test('cuts before the tensor that would not fit; a large one has a file of its own', async () => {
  // 8, 12, 1 and 4 bytes in files of 9: [8], [12], [1, 4].
  const tree = makeTree();
  const files = await filesOf(tree, { maxShardBytes: 9, name: 'weights', metadata: { format: 'pt' } });
  expect(files.map(({ file }) => file)).toEqual([
    'weights-00001-of-00003.safetensors',
    'weights-00002-of-00003.safetensors',
    'weights-00003-of-00003.safetensors',
    'weights.safetensors.index.json',
  ]);
  expect(JSON.parse(new TextDecoder().decode(files[3]?.bytes))).toEqual({
    metadata: { total_size: 25, 'kumiko.structure': '{"a":[0,0],"b":0,"c":0}' },
    weight_map: {
      'a/0': 'weights-00001-of-00003.safetensors',
      'a/1': 'weights-00002-of-00003.safetensors',
      b: 'weights-00003-of-00003.safetensors',
      c: 'weights-00003-of-00003.safetensors',
    },
  });
  // Each file is a safetensors file of its own, byte by byte.
  expect(files[2]?.bytes).toEqual(await toSafetensors({ b: tree.b, c: tree.c }, { format: 'pt' }));
  disposeTree(tree);
});

test('gives back the tree, from any number of files', async () => {
  for (const maxShardBytes of [1, 9, 12, 25, undefined]) {
    const tree = makeTree();
    const files = await filesOf(tree, maxShardBytes === undefined ? {} : { maxShardBytes });
    const read = await fromShardedSafetensors(files.at(-1)?.bytes as Uint8Array, reader(files));
    expect(sameStructure(read, tree)).toBe(true);
    const shown = (one: Tree): unknown => mapTree((t: tf.Tensor) => JSON.stringify([t.dtype, t.shape, [...t.dataSync()]]), one);
    expect(shown(read)).toEqual(shown(tree));
    disposeTree([tree, read]);
  }
  const files = await filesOf({}, {});
  expect(files.map(({ file }) => file)).toEqual(['model-00001-of-00001.safetensors', 'model.safetensors.index.json']);
  expect(await fromShardedSafetensors(files[1]?.bytes as Uint8Array, reader(files))).toEqual({});
});

test('is written and read in a folder, and a missing or swapped file is an error', async () => {
  const tree = makeTree();
  const path = await saveShardedSafetensors(folder, tree, { maxShardBytes: 9 });
  expect((await readdir(folder)).sort()).toHaveLength(4);
  const read = await loadShardedSafetensors(path);
  expect(leaves<tf.Tensor>(read).map((leaf) => [...leaf.dataSync()])).toEqual([[1, 2], [3, 4, 5], [1], [6]]);
  disposeTree([tree, read]);
  const first = join(folder, 'model-00001-of-00003.safetensors');
  await writeFile(first, await readFile(join(folder, 'model-00002-of-00003.safetensors')));
  await expect(loadShardedSafetensors(path)).rejects.toThrow(
    "fromShardedSafetensors: expected the 1 tensors that the index names in 'model-00001-of-00003.safetensors', got others. Fetch the index",
  );
  await rm(first);
  await expect(loadShardedSafetensors(path)).rejects.toThrow('ENOENT');
});

test('refuses options out of range and tensors that no file holds', async () => {
  const x = tf.scalar(1);
  await expect(filesOf(x, { maxShardBytes: 0 })).rejects.toThrow('shardSafetensors: expected maxShardBytes >= 1, got 0. ');
  await expect(filesOf(x, { name: '../x' })).rejects.toThrow(
    "shardSafetensors: expected a name of letters, digits, '.', '_' and '-', got '../x'. ",
  );
  await expect(filesOf({ 'a/b': x }, {})).rejects.toThrow('shardSafetensors: expected names that are not empty');
  const text = tf.scalar('a', 'string');
  await expect(filesOf({ text }, {})).rejects.toThrow("shardSafetensors: expected float32, int32 or bool, got string at 'text'.");
  disposeTree([x, text]);
});
