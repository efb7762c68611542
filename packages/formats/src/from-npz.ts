import { check, type Tree } from '@kumiko/core';
import { readNpy } from './npy-values.ts';
import { makeTensors, StoredTensor } from './stored-tensor.ts';
import { STRUCTURE_KEY } from './structure-key.ts';
import { buildTree } from './tree-structure.ts';
import { readZip } from './read-zip.ts';

/** Options of {@link fromNpz}. */
export interface FromNpzOptions {
  /** Bytes that compressed arrays may have when inflated, in all. Default: 2^30. */
  readonly maxBytes?: number;
}

const SYMBOL = 'fromNpz';
const EXTENSION = '.npy';
const DEFAULT_MAX_BYTES = 2 ** 30;

/**
 * The tree of a `.npz` file, of `numpy.savez` or `numpy.savez_compressed`, with tensors that the caller owns; each array is read as by `fromNpy`.
 * Files of `toNpz` come back as they were, arrays as arrays; in files of other programs `/` separates the names of nested records.
 *
 * @param options limit of what is inflated
 * @throws KumikoError when the bytes are no such file, hold something else than arrays, inflate to more than allowed, or a name is `__proto__`,
 *   empty in part, or both a tensor and a record
 * @example
 * await fromNpz(await toNpz({ heads: [tf.tensor1d([1, 2]), tf.scalar(3)] })); // { heads: [[1, 2], 3] }
 * @see https://numpy.org/doc/stable/reference/generated/numpy.savez.html
 */
export async function fromNpz(bytes: Uint8Array, { maxBytes = DEFAULT_MAX_BYTES }: FromNpzOptions = {}): Promise<Tree> {
  const stored = new Map<string, StoredTensor>();
  for (const { name, bytes: array } of await readZip(SYMBOL, bytes, maxBytes)) {
    check(
      name.endsWith(EXTENSION),
      SYMBOL,
      () => `expected arrays, whose names end in ${EXTENSION}, got '${name}'. Write the file with numpy.savez.`,
    );
    const key = name.slice(0, -EXTENSION.length);
    const values = readNpy(SYMBOL, key, array);
    stored.set(key, new StoredTensor(() => values));
  }
  const structure = stored.get(STRUCTURE_KEY)?.decode();
  const kept = structure?.dtype === 'string' ? String(structure.values[0]) : undefined;
  if (kept !== undefined) stored.delete(STRUCTURE_KEY);
  return makeTensors(buildTree(SYMBOL, stored, kept));
}
