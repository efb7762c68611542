import type { Tree } from '@kumiko/core';
import { toTfjsModel, type ToTfjsModelOptions } from './to-tfjs-model.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/**
 * Writes a TensorFlow.js model, `model.json` and its weights, in Node; no file is ever half written, and `model.json` comes last.
 *
 * @param folder must exist
 * @returns the path of `model.json`
 * @throws KumikoError as `toTfjsModel` does, or where there is no file system
 * @throws Error of the file system, such as ENOENT
 * @example
 * const path = await saveTfjsModel('.', { dense: { kernel: tf.ones([2]) } });
 * await loadTfjsModel(path); // { dense: { kernel: [1, 1] } }
 */
export async function saveTfjsModel(folder: string, tree: Tree, options: ToTfjsModelOptions = {}): Promise<string> {
  for (const { file, bytes } of await toTfjsModel(tree, options)) await writeFileAtomically(`${folder}/${file}`, bytes);
  return `${folder}/model.json`;
}
