import { check, type Tree } from '@kumiko/core';
import { isRecord, readJsonObject } from './read-json.ts';
import { readSafetensorsHeader } from './safetensors-header.ts';
import { copyBytes } from './copy-bytes.ts';
import { decodeElements } from './decode-elements.ts';
import { makeTensors, StoredTensor } from './stored-tensor.ts';
import { STRUCTURE_KEY } from './structure-key.ts';
import { buildTree } from './tree-structure.ts';

const SYMBOL = 'fromShardedSafetensors';

/**
 * The tree of safetensors files that an index ties together, as `shardSafetensors` and the Hugging Face Hub write them.
 * The files are read one after the other, so that one at a time is in memory; types and names are read as by `fromSafetensors`.
 *
 * @param index the bytes of `model.safetensors.index.json`
 * @param readFile gives the bytes of a file that the index names; it gets a bare name ending in `.safetensors`, never a path
 * @throws KumikoError when the index is none, names a path, or a file has other tensors than the index says; as `fromSafetensors` does
 * @example
 * const files = await Array.fromAsync(shardSafetensors({ a: tf.ones([2]), b: tf.zeros([1]) }, { maxShardBytes: 8 }));
 * const bytesOf = (name: string) => files.find(({ file }) => file === name)!.bytes;
 * await fromShardedSafetensors(bytesOf('model.safetensors.index.json'), async (name) => bytesOf(name)); // { a: [1, 1], b: [0] }
 */
export async function fromShardedSafetensors(index: Uint8Array, readFile: (name: string) => Promise<Uint8Array>): Promise<Tree> {
  const { metadata, weight_map: map } = readJsonObject(SYMBOL, 'the index', index);
  check(isRecord(map), SYMBOL, () => 'expected an index with a weight_map, got none. Pass the bytes of model.safetensors.index.json.');
  const files = new Map<string, string[]>();
  for (const [name, file] of Object.entries(map)) {
    check(
      typeof file === 'string' && /^[^./\\:][^/\\:]*\.safetensors$/.test(file),
      SYMBOL,
      () => `expected bare names of .safetensors files in the index, got ${JSON.stringify(file)}. Fetch or write the index again.`,
    );
    const names = files.get(file);
    if (names === undefined) files.set(file, [name]);
    else names.push(name);
  }
  const stored = new Map<string, StoredTensor>();
  for (const [file, names] of files) {
    const bytes = await readFile(file);
    const { entries } = readSafetensorsHeader(bytes);
    const expected = new Set(names);
    check(
      entries.length === expected.size && entries.every(({ name }) => expected.has(name)),
      SYMBOL,
      () => `expected the ${expected.size} tensors that the index names in '${file}', got others. Fetch the index and its files again.`,
    );
    for (const { name, dtype: type, shape, begin, end } of entries) {
      const values = decodeElements({ symbol: SYMBOL, name, type, shape }, copyBytes(bytes, begin, end));
      stored.set(name, new StoredTensor(() => values));
    }
  }
  const named = new Map(Object.keys(map).map((name) => [name, stored.get(name) as StoredTensor]));
  const structure = isRecord(metadata) ? metadata[STRUCTURE_KEY] : undefined;
  return makeTensors(buildTree(SYMBOL, named, typeof structure === 'string' ? structure : undefined));
}
