import type { Tree } from '@kumiko/core';
import { fromSafetensors } from './from-safetensors.ts';
import { nodeFileSystem } from './node-file-system.ts';

/**
 * Reads a safetensors file, in Node, as `fromSafetensors` reads its bytes. The caller owns the tensors.
 *
 * @throws KumikoError when the file is no such file, or where there is no file system
 * @throws Error of the file system, such as ENOENT
 * @example
 * await saveSafetensors('loaded.safetensors', { bias: tf.tensor1d([1, 2]) });
 * await loadSafetensors('loaded.safetensors'); // { bias: [1, 2] }
 */
export async function loadSafetensors(path: string): Promise<Tree> {
  const { readFile } = await nodeFileSystem('loadSafetensors');
  return fromSafetensors(await readFile(path));
}
