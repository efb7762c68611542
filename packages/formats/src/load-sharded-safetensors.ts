import type { Tree } from '@kumiko/core';
import { fromShardedSafetensors } from './from-sharded-safetensors.ts';
import { folderOf, nodeFileSystem } from './node-file-system.ts';

/**
 * Reads an index and the safetensors files beside it, in Node, as `fromShardedSafetensors` reads their bytes. The caller owns the tensors.
 *
 * @param indexPath for example `model/model.safetensors.index.json`
 * @throws KumikoError when a file is damaged, or where there is no file system
 * @throws Error of the file system, such as ENOENT
 * @example
 * const path = await saveShardedSafetensors('.', { bias: tf.tensor1d([1, 2]) });
 * await loadShardedSafetensors(path); // { bias: [1, 2] }
 */
export async function loadShardedSafetensors(indexPath: string): Promise<Tree> {
  const { readFile } = await nodeFileSystem('loadShardedSafetensors');
  return await fromShardedSafetensors(await readFile(indexPath), (name) => readFile(`${folderOf(indexPath)}${name}`));
}
