import type { Tree } from '@kumiko/core';
import { toSafetensors, type SafetensorsMetadata } from './to-safetensors.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/**
 * Writes a tree to a safetensors file, in Node, as `writeFileAtomically` does: the file is never half written.
 *
 * @param path of the file; its folder must exist
 * @throws KumikoError as `toSafetensors` does, or where there is no file system
 * @throws Error of the file system, such as ENOENT; the temporary file is then removed
 * @example
 * await saveSafetensors('saved.safetensors', { bias: tf.tensor1d([1, 2]) }, { epoch: '3' });
 * await loadSafetensors('saved.safetensors'); // { bias: [1, 2] }
 */
export async function saveSafetensors(path: string, tree: Tree, metadata?: SafetensorsMetadata): Promise<void> {
  await writeFileAtomically(path, await toSafetensors(tree, metadata));
}
