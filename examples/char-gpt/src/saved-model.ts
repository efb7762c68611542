import { tensor1d, type Tensor } from '@tensorflow/tfjs-core';
import { check, disposeTree, type Tree } from '@kumiko/core';
import { loadSafetensors, saveSafetensors } from '@kumiko/formats';
import { makeVocabulary, type Vocabulary } from './vocabulary.ts';

/** The sizes that a saved model is made again from. */
export interface Sizes {
  readonly context: number;
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
}

/** A model that was read from a file. The caller disposes its parameters. */
export interface SavedModel {
  readonly params: Tree;
  readonly sizes: Sizes;
  readonly vocabulary: Vocabulary;
}

/** Writes parameters, sizes and characters to one safetensors file. */
export async function saveModel(path: string, { params, sizes, vocabulary }: SavedModel): Promise<void> {
  const { context, layers, heads, width } = sizes;
  const own = {
    sizes: tensor1d([context, layers, heads, width], 'int32'),
    characters: tensor1d(
      vocabulary.characters.map((character) => character.codePointAt(0) as number),
      'int32',
    ),
  };
  await saveSafetensors(path, { params, ...own });
  disposeTree(own);
}

/**
 * Reads what {@link saveModel} wrote.
 *
 * @throws KumikoError when the file holds something else
 */
export async function loadModel(path: string): Promise<SavedModel> {
  const tree = (await loadSafetensors(path)) as { params?: Tree; sizes?: Tensor; characters?: Tensor };
  const { params, sizes, characters } = tree;
  check(
    params !== undefined && sizes?.size === 4 && characters !== undefined,
    'char-gpt',
    () => `expected a model that this program saved, got '${path}'. Make one with --output.`,
  );
  const [context, layers, heads, width] = (await sizes.data()) as unknown as [number, number, number, number];
  const vocabulary = makeVocabulary(Array.from(await characters.data(), (code) => String.fromCodePoint(code)));
  disposeTree([sizes, characters]);
  return { params, sizes: { context, layers, heads, width }, vocabulary };
}
