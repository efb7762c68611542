import { io, type Tensor } from '@tensorflow/tfjs-core';
import { check, flatten, type Tree } from '@kumiko/core';
import type { NamedFile } from './named-file.ts';
import { STRUCTURE_KEY } from './structure-key.ts';
import { describeStructure } from './tree-structure.ts';

/** Options of {@link toTfjsModel}. */
export interface ToTfjsModelOptions {
  /** What makes the model from its weights, as JSON: of tfjs-layers, or a graph. Default: none, weights alone. */
  readonly modelTopology?: object;
  /** Which of the two the topology is. Default: `'layers-model'`. */
  readonly format?: 'layers-model' | 'graph-model';
  /** Bytes in a file of weights, a whole number of at least 1. Default: 4 MiB, as TensorFlow.js has it. */
  readonly shardBytes?: number;
}

const SYMBOL = 'toTfjsModel';
const DEFAULT_SHARD_BYTES = 4 * 2 ** 20;

/**
 * A tree as the files of a TensorFlow.js model: `model.json` and `group1-shard1of1.bin`, which `tf.loadLayersModel` and `tf.io` read.
 * Weights are named by their paths and stored as they are, float32, int32, bool, complex64 or string. Reads the tensors, and disposes none.
 *
 * @param options topology and size of the files
 * @returns the files of weights, and `model.json` last
 * @throws KumikoError when an option is out of range, or a name is `__proto__`, empty or contains `/`
 * @example
 * const files = await toTfjsModel({ dense: { kernel: tf.ones([2, 1]), bias: tf.zeros([1]) } });
 * files.map(({ file }) => file); // ['group1-shard1of1.bin', 'model.json']
 * @see https://github.com/tensorflow/tfjs/blob/master/tfjs-converter/docs/format.md
 */
export async function toTfjsModel(tree: Tree, options: ToTfjsModelOptions = {}): Promise<NamedFile[]> {
  const { modelTopology, format = 'layers-model', shardBytes = DEFAULT_SHARD_BYTES } = options;
  check(
    Number.isInteger(shardBytes) && shardBytes >= 1,
    SYMBOL,
    () => `expected shardBytes to be a whole number of at least 1, got ${shardBytes}. Leave it out for 4 MiB.`,
  );
  const structure = describeStructure(SYMBOL, tree);
  const named = flatten<Tensor>(tree).map(({ name, leaf }) => ({ name, tensor: leaf }));
  const { data, specs } = await io.encodeWeights(named);
  const bytes = new Uint8Array(data);
  const count = Math.max(1, Math.ceil(bytes.length / shardBytes));
  const shards = Array.from({ length: count }, (_, i) => ({
    file: `group1-shard${i + 1}of${count}.bin`,
    bytes: bytes.slice(i * shardBytes, (i + 1) * shardBytes),
  }));
  const model = {
    ...(modelTopology && { modelTopology }),
    format,
    generatedBy: 'Kumiko',
    convertedBy: null,
    weightsManifest: [{ paths: shards.map(({ file }) => file), weights: specs }],
    ...(structure !== undefined && { userDefinedMetadata: { [STRUCTURE_KEY]: structure } }),
  };
  return [...shards, { file: 'model.json', bytes: new TextEncoder().encode(JSON.stringify(model)) }];
}
