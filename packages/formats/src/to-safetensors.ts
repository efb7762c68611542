import type { Tensor } from '@tensorflow/tfjs-core';
import { check, flatten, type Tree } from '@kumiko/core';
import { STRUCTURE_KEY } from './structure-key.ts';
import { describeStructure } from './tree-structure.ts';

/** Texts that a file keeps beside its tensors. */
export type SafetensorsMetadata = Readonly<Record<string, string>>;

const FILE_TYPES: Readonly<Record<string, string>> = { float32: 'F32', int32: 'I32', bool: 'BOOL' };
const ALIGNMENT = 8;
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
  for (const { name, leaf } of named) {
    check(
      leaf.dtype in FILE_TYPES,
      SYMBOL,
      () => `expected float32, int32 or bool, got ${leaf.dtype} at '${name}'. Cast it, or take it out of the tree.`,
    );
    check(name !== '__metadata__', SYMBOL, () => "expected another name than '__metadata__', got that. Rename the tensor.");
  }
  for (const [name, text] of Object.entries(metadata)) {
    check(
      typeof text === 'string' && name !== STRUCTURE_KEY,
      SYMBOL,
      () => `expected metadata of texts without '${STRUCTURE_KEY}', got ${typeof text} at '${name}'. Pass for example { epoch: '3' }.`,
    );
  }

  // All are asked for before the first answer, so that what happens to the tree meanwhile does not show.
  const values = await Promise.all(named.map(({ leaf }) => leaf.data()));
  const parts = values.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));

  // Types of one byte go last, so that all others are aligned.
  const order = [...named.keys()].sort((a, b) => Number(named[a]?.leaf.dtype === 'bool') - Number(named[b]?.leaf.dtype === 'bool'));
  const begins: number[] = [];
  let size = 0;
  for (const i of order) {
    begins[i] = size;
    size += (parts[i] as Uint8Array).length;
  }

  const texts = Object.entries(structure === undefined ? metadata : { ...metadata, [STRUCTURE_KEY]: structure });
  // Joined by hand: an object would reorder names that are whole numbers.
  const members = named.map(({ name, leaf }, i) => {
    const begin = begins[i] as number;
    const data_offsets = [begin, begin + (parts[i] as Uint8Array).length];
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype: FILE_TYPES[leaf.dtype], shape: leaf.shape, data_offsets })}`;
  });
  if (texts.length > 0) members.unshift(`"__metadata__":${JSON.stringify(Object.fromEntries(texts))}`);
  const unpadded = new TextEncoder().encode(`{${members.join(',')}}`);
  const headerSize = Math.ceil(unpadded.length / ALIGNMENT) * ALIGNMENT;

  const bytes = new Uint8Array(ALIGNMENT + headerSize + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerSize), true);
  bytes.set(unpadded, ALIGNMENT);
  bytes.fill(0x20, ALIGNMENT + unpadded.length, ALIGNMENT + headerSize);
  for (const [i, part] of parts.entries()) bytes.set(part, ALIGNMENT + headerSize + (begins[i] as number));
  return bytes;
}
