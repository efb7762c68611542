import type { Tree } from '@kumiko/core';
import { readSafetensorsHeader, type SafetensorsEntry } from './safetensors-header.ts';
import { copyBytes } from './copy-bytes.ts';
import { decodeElements } from './decode-elements.ts';
import { makeTensors, StoredTensor } from './stored-tensor.ts';
import { STRUCTURE_KEY } from './structure-key.ts';
import { buildTree } from './tree-structure.ts';

const SYMBOL = 'fromSafetensors';

/**
 * The tree of a safetensors file, with tensors that the caller owns. Files of `toSafetensors` come back as they were, arrays as arrays;
 * in files of other programs `/` separates the names of nested records. Bytes are copied; they may lie in shared memory.
 *
 * F32, F16 and BF16 become float32; F64 is rounded to float32; I8, U8, I16, U16, I32 and, where they fit, U32, I64 and U64 become int32; BOOL bool.
 *
 * @throws KumikoError when the bytes are no such file, a number does not fit its type, a type is not supported, or a name is `__proto__`,
 *   empty in part, or both a tensor and a record
 * @example
 * const params = fromSafetensors(await toSafetensors({ kernel: tf.zeros([4, 2]) }));
 * @see https://huggingface.co/docs/safetensors
 */
export function fromSafetensors(bytes: Uint8Array): Tree {
  const { entries, metadata } = readSafetensorsHeader(bytes);
  const stored = new Map(entries.map((entry) => [entry.name, storedIn(bytes, entry)]));
  return makeTensors(buildTree(SYMBOL, stored, metadata.get(STRUCTURE_KEY)));
}

/** A tensor of a safetensors file, decoded when it is asked for. */
function storedIn(bytes: Uint8Array, { name, dtype: type, shape, begin, end }: SafetensorsEntry): StoredTensor {
  return new StoredTensor(() => decodeElements({ symbol: SYMBOL, name, type, shape }, copyBytes(bytes, begin, end)));
}
