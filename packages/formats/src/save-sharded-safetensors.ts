import type { Tree } from '@kumiko/core';
import { shardSafetensors, type ShardSafetensorsOptions } from './shard-safetensors.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/**
 * Writes a tree to several safetensors files and their index, in Node; no file is ever half written, and the index comes last.
 * Into a folder that has a model of the same name already it writes file by file: to have the old model until the new one is whole, use a new folder.
 *
 * @param folder must exist
 * @returns the path of the index
 * @throws KumikoError as `shardSafetensors` does, or where there is no file system
 * @throws Error of the file system, such as ENOENT
 * @example
 * const index = await saveShardedSafetensors('.', { a: tf.ones([2]), b: tf.zeros([1]) }, { maxShardBytes: 8 });
 * await loadShardedSafetensors(index); // { a: [1, 1], b: [0] }
 */
export async function saveShardedSafetensors(folder: string, tree: Tree, options: ShardSafetensorsOptions = {}): Promise<string> {
  let path = '';
  for await (const { file, bytes } of shardSafetensors(tree, options)) {
    path = `${folder}/${file}`;
    await writeFileAtomically(path, bytes);
  }
  return path;
}
