import type { Tree } from '@kumiko/core';
import { fromTfjsModel } from './from-tfjs-model.ts';
import { folderOf, nodeFileSystem } from './node-file-system.ts';

/**
 * Reads the weights of a TensorFlow.js model, in Node, as `fromTfjsModel` reads their bytes. The caller owns the tensors.
 *
 * @param path of `model.json`; its weights lie beside it
 * @throws KumikoError when a file is damaged, or where there is no file system
 * @throws Error of the file system, such as ENOENT
 * @example
 * await loadTfjsModel(await saveTfjsModel('.', { bias: tf.tensor1d([1, 2]) })); // { bias: [1, 2] }
 */
export async function loadTfjsModel(path: string): Promise<Tree> {
  const { readFile } = await nodeFileSystem('loadTfjsModel');
  return await fromTfjsModel(await readFile(path), (file) => readFile(`${folderOf(path)}${file}`));
}
