import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, disposeTree, type Layer, type Tree } from '@kumiko/core';
import { loadSafetensors, saveSafetensors } from '@kumiko/formats';
import { predict } from '@kumiko/training';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ImageBatch } from './prepare.ts';

/**
 * Saves parameters, loads them back, and checks that both predict the same to the bit.
 *
 * @param output the file; absent: one in the folder for temporary files, which stays there
 * @returns the file
 * @throws KumikoError when a prediction differs
 */
export async function saveAndCompare(
  model: Layer<Tensor, Tensor>,
  params: Tree,
  data: AsyncIterable<ImageBatch>,
  output?: string,
): Promise<string> {
  const path = output ?? join(await mkdtemp(join(tmpdir(), 'kumiko-')), 'image-classifier.safetensors');
  await saveSafetensors(path, params);
  const loaded = await loadSafetensors(path);
  const [before, after] = [await outputs(model, params, data), await outputs(model, loaded, data)];
  disposeTree(loaded);
  const differing = before.filter((value, i) => value !== after[i]).length;
  check(
    before.length === after.length && differing === 0,
    'image-classifier',
    () => `expected the saved parameters to predict the same, got ${differing} of ${before.length} numbers that differ. Delete ${path}.`,
  );
  return path;
}

async function outputs(model: Layer<Tensor, Tensor>, params: Tree, data: AsyncIterable<ImageBatch>): Promise<number[]> {
  const all: number[] = [];
  for await (const output of predict({ model, variables: { params, state: {} }, data })) {
    for (const value of await output.data()) all.push(value);
    output.dispose();
  }
  return all;
}
