import type { Tensor } from '@tensorflow/tfjs-core';
import { flatten, type Tree } from '@kumiko/core';
import { checkSafetensors, encodeSafetensors } from './encode-safetensors.ts';
import { STRUCTURE_KEY } from './structure-key.ts';
import { describeStructure } from './tree-structure.ts';

/** Texts that a file keeps beside its tensors. */
export type SafetensorsMetadata = Readonly<Record<string, string>>;

const SYMBOL = 'toSafetensors';

/**
 * A tree as the bytes of a safetensors file, which Python and Rust read too. A tensor's name is its path, joined by `/`.
 * Where names do not say everything (arrays, empty nodes), the structure is kept in the metadata as `kumiko.structure`.
 * Reads the tensors, and disposes none.
 *
 * @param tree of tensors of type float32 (F32), int32 (I32) and bool (BOOL); a tensor alone is a tree
 * @param metadata texts to keep with it
 * @throws KumikoError when a tensor has another type, or a name is `__proto__`, empty or contains `/`
 * @example
 * const bytes = await toSafetensors({ dense: { kernel: tf.zeros([4, 2]), bias: tf.zeros([2]) } }, { epoch: '3' });
 * @see https://huggingface.co/docs/safetensors
 */
export async function toSafetensors(tree: Tree, metadata: SafetensorsMetadata = {}): Promise<Uint8Array> {
  const structure = describeStructure(SYMBOL, tree);
  const named = flatten<Tensor>(tree);
  checkSafetensors(SYMBOL, named, metadata);
  return await encodeSafetensors(named, structure === undefined ? metadata : { ...metadata, [STRUCTURE_KEY]: structure });
}
