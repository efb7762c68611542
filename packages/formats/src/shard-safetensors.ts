import type { Tensor } from '@tensorflow/tfjs-core';
import { check, flatten, type NamedLeaf, type Tree } from '@kumiko/core';
import { checkSafetensors, encodeSafetensors } from './encode-safetensors.ts';
import type { NamedFile } from './named-file.ts';
import { STRUCTURE_KEY } from './structure-key.ts';
import type { SafetensorsMetadata } from './to-safetensors.ts';
import { describeStructure } from './tree-structure.ts';

/** Options of {@link shardSafetensors}. */
export interface ShardSafetensorsOptions {
  /** Bytes of tensors in a file, at least 1; a tensor that is larger has a file of its own. Default: 5e9, as the Hugging Face Hub has it. */
  readonly maxShardBytes?: number;
  /** How the names of the files begin: letters, digits, `.`, `_` and `-`. Default: `'model'`. */
  readonly name?: string;
  /** Texts to keep in every file. Default: none. */
  readonly metadata?: SafetensorsMetadata;
}

const SYMBOL = 'shardSafetensors';
const DEFAULT_SHARD_BYTES = 5e9;

/**
 * A tree as several safetensors files and, last, the index that says where each tensor is: `model-00001-of-00002.safetensors`, ...,
 * `model.safetensors.index.json`. The files are made one by one as they are asked for; keep the tree until the last. Disposes nothing.
 *
 * @param tree of tensors of type float32, int32 and bool
 * @param options size and names of the files
 * @throws KumikoError when an option is out of range, or as `toSafetensors` does
 * @example
 * const files = await Array.fromAsync(shardSafetensors({ a: tf.ones([4]), b: tf.ones([4]) }, { maxShardBytes: 16 }));
 * files.map(({ file }) => file).at(-1); // 'model.safetensors.index.json'
 * @see https://huggingface.co/docs/transformers/big_models
 */
export async function* shardSafetensors(tree: Tree, options: ShardSafetensorsOptions = {}): AsyncGenerator<NamedFile, void, undefined> {
  const { maxShardBytes = DEFAULT_SHARD_BYTES, name: prefix = 'model', metadata = {} } = options;
  check(maxShardBytes >= 1, SYMBOL, () => `expected maxShardBytes >= 1, got ${maxShardBytes}. Leave it out for 5e9.`);
  check(
    /^[\w-][\w.-]*$/.test(prefix),
    SYMBOL,
    () => `expected a name of letters, digits, '.', '_' and '-', got '${prefix}'. Pass for example 'model'.`,
  );
  const structure = describeStructure(SYMBOL, tree);
  const named = flatten<Tensor>(tree);
  checkSafetensors(SYMBOL, named, metadata);

  const shards = cut(named, maxShardBytes);
  const members: string[] = [];
  for (const [i, shard] of shards.entries()) {
    const file = `${prefix}-${pad(i + 1)}-of-${pad(shards.length)}.safetensors`;
    for (const { name } of shard) members.push(`    ${JSON.stringify(name)}: ${JSON.stringify(file)}`);
    yield { file, bytes: await encodeSafetensors(shard, metadata) };
  }
  const total_size = named.reduce((sum, { leaf }) => sum + bytesOf(leaf), 0);
  const about = JSON.stringify(structure === undefined ? { total_size } : { total_size, [STRUCTURE_KEY]: structure });
  // Joined by hand: an object would reorder names that are whole numbers.
  const index = `{\n  "metadata": ${about},\n  "weight_map": {\n${members.join(',\n')}\n  }\n}\n`;
  yield { file: `${prefix}.safetensors.index.json`, bytes: new TextEncoder().encode(index) };
}

function bytesOf(tensor: Tensor): number {
  return tensor.size * (tensor.dtype === 'bool' ? 1 : 4);
}

function pad(count: number): string {
  return String(count).padStart(5, '0');
}

/** The tensors in their order, cut before the one that would not fit; at least one shard. */
function cut(named: readonly NamedLeaf<Tensor>[], maxShardBytes: number): NamedLeaf<Tensor>[][] {
  const shards: NamedLeaf<Tensor>[][] = [[]];
  let room = maxShardBytes;
  for (const one of named) {
    const bytes = bytesOf(one.leaf);
    if (bytes > room && shards.at(-1)?.length !== 0) {
      shards.push([]);
      room = maxShardBytes;
    }
    shards.at(-1)?.push(one);
    room -= bytes;
  }
  return shards;
}
