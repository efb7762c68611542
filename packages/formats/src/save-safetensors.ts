import type { Tree } from '@kumiko/core';
import { nodeFileSystem } from './node-file-system.ts';
import { toSafetensors, type SafetensorsMetadata } from './to-safetensors.ts';

/**
 * Writes a tree to a safetensors file, in Node. The file is never half written: the bytes go to a temporary file beside it,
 * reach the disk, and then take its name; until then an older file of that name stays as it was.
 *
 * @param path of the file; its folder must exist
 * @throws KumikoError as `toSafetensors` does, or where there is no file system
 * @throws Error of the file system, such as ENOENT; the temporary file is then removed
 * @example
 * await saveSafetensors('saved.safetensors', { bias: tf.tensor1d([1, 2]) }, { epoch: '3' });
 * await loadSafetensors('saved.safetensors'); // { bias: [1, 2] }
 */
export async function saveSafetensors(path: string, tree: Tree, metadata?: SafetensorsMetadata): Promise<void> {
  const bytes = await toSafetensors(tree, metadata);
  const { open, rename, rm } = await nodeFileSystem('saveSafetensors');
  const temporary = `${path}.${globalThis.crypto.randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
