/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core';
import { check, type NamedLeaf } from '@kumiko/core';
import { STRUCTURE_KEY } from './structure-key.ts';
import type { SafetensorsMetadata } from './to-safetensors.ts';

const FILE_TYPES: Readonly<Record<string, string>> = { float32: 'F32', int32: 'I32', bool: 'BOOL' };
const ALIGNMENT = 8;

/** Throws when a safetensors file cannot hold these tensors or texts. */
export function checkSafetensors(symbol: string, named: readonly NamedLeaf<Tensor>[], metadata: SafetensorsMetadata): void {
  for (const { name, leaf } of named) {
    check(
      leaf.dtype in FILE_TYPES,
      symbol,
      () => `expected float32, int32 or bool, got ${leaf.dtype} at '${name}'. Cast it, or take it out of the tree.`,
    );
    check(name !== '__metadata__', symbol, () => "expected another name than '__metadata__', got that. Rename the tensor.");
  }
  for (const [name, text] of Object.entries(metadata)) {
    check(
      typeof text === 'string' && name !== STRUCTURE_KEY,
      symbol,
      () => `expected metadata of texts without '${STRUCTURE_KEY}', got ${typeof text} at '${name}'. Pass for example { epoch: '3' }.`,
    );
  }
}

/** Named tensors as the bytes of a safetensors file. Names and texts have been checked. */
export async function encodeSafetensors(named: readonly NamedLeaf<Tensor>[], metadata: SafetensorsMetadata): Promise<Uint8Array> {
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

  // Joined by hand: an object would reorder names that are whole numbers.
  const members = named.map(({ name, leaf }, i) => {
    const begin = begins[i] as number;
    const data_offsets = [begin, begin + (parts[i] as Uint8Array).length];
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype: FILE_TYPES[leaf.dtype], shape: leaf.shape, data_offsets })}`;
  });
  if (Object.keys(metadata).length > 0) members.unshift(`"__metadata__":${JSON.stringify(metadata)}`);
  const unpadded = new TextEncoder().encode(`{${members.join(',')}}`);
  const headerSize = Math.ceil(unpadded.length / ALIGNMENT) * ALIGNMENT;

  const bytes = new Uint8Array(ALIGNMENT + headerSize + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerSize), true);
  bytes.set(unpadded, ALIGNMENT);
  bytes.fill(0x20, ALIGNMENT + unpadded.length, ALIGNMENT + headerSize);
  for (const [i, part] of parts.entries()) bytes.set(part, ALIGNMENT + headerSize + (begins[i] as number));
  return bytes;
}
