import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { disposeTree, flatten, mapTree, type Tree } from '@kumiko/core';
import { afterEach, assert, beforeEach, describe, expect, test } from 'vitest';
import { fromTfjsModel } from './from-tfjs-model.ts';
import { loadTfjsModel } from './load-tfjs-model.ts';
import { saveTfjsModel } from './save-tfjs-model.ts';
import type { NamedFile } from './named-file.ts';
import { toTfjsModel } from './to-tfjs-model.ts';

let tensorsBefore = 0;
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors;
});
afterEach(() => {
  assert.equal(tf.memory().numTensors, tensorsBefore, 'tensors');
});

const reader = (files: readonly NamedFile[]) => (name: string) =>
  Promise.resolve(files.find(({ file }) => file === name)?.bytes ?? new Uint8Array(0));
const shown = (tree: Tree): unknown => mapTree((t: tf.Tensor) => JSON.stringify([t.dtype, t.shape, t.arraySync()]), tree);
const makeTree = () => ({
  dense: { kernel: tf.tensor2d([1.5, -0.1, 3, 4], [2, 2]), bias: tf.tensor1d([7, -8], 'int32') },
  mask: tf.tensor1d([true, false], 'bool'),
  words: tf.tensor1d(['née', ''], 'string'),
});

interface ModelJson {
  readonly weightsManifest: tf.io.WeightsManifestConfig;
  readonly [name: string]: unknown;
}

describe('toTfjsModel', () => {
  test('stock TensorFlow.js reads it, in one file or many', async () => {
    const tree = makeTree();
    for (const shardBytes of [7, undefined]) {
      const files = await toTfjsModel(tree, { modelTopology: { class_name: 'Sequential' }, ...(shardBytes && { shardBytes }) });
      const model = JSON.parse(new TextDecoder().decode(files.at(-1)?.bytes)) as ModelJson;
      expect(model).toMatchObject({ format: 'layers-model', modelTopology: { class_name: 'Sequential' } });
      // 16 + 8 + 2 bytes of numbers, and two strings of 4 + 4 and 4 + 0: 38.
      expect(model.weightsManifest[0]?.paths).toHaveLength(shardBytes === undefined ? 1 : 6);
      expect(model.weightsManifest[0]?.paths[0]).toBe(`group1-shard1of${shardBytes === undefined ? 1 : 6}.bin`);
      const group = model.weightsManifest[0] as tf.io.WeightsManifestConfig[number];
      const parts = await Promise.all(group.paths.map(reader(files)));
      const weights = tf.io.decodeWeights(Uint8Array.from(parts.flatMap((part) => [...part])).buffer as ArrayBuffer, group.weights);
      expect(Object.keys(weights)).toEqual(flatten(tree as Tree).map(({ name }) => name));
      expect(shown(Object.values(weights))).toEqual(shown(Object.values({ ...tree.dense, mask: tree.mask, words: tree.words })));
      disposeTree(weights);
    }
    disposeTree(tree);
  });

  test('tf.loadLayersModel loads it, and what model.save writes is read', async () => {
    const stock = await import('@tensorflow/tfjs');
    const model = stock.sequential({
      layers: [stock.layers.dense({ units: 3, inputShape: [2], activation: 'tanh' }), stock.layers.dense({ units: 1 })],
    });
    let saved: tf.io.ModelArtifacts = {};
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
    );
    const manifest = [{ paths: ['w.bin'], weights: saved.weightSpecs }];
    const weights = new Uint8Array(saved.weightData as ArrayBuffer);
    const tree = await fromTfjsModel(new TextEncoder().encode(JSON.stringify({ weightsManifest: manifest })), () =>
      Promise.resolve(weights),
    );
    expect(shown(Object.values(tree as Record<string, Record<string, tf.Tensor>>).flatMap((layer) => Object.values(layer)))).toEqual(
      shown(model.getWeights()),
    );

    const files = await toTfjsModel(tree, { modelTopology: saved.modelTopology as object });
    const { modelTopology, weightsManifest } = JSON.parse(new TextDecoder().decode(files[1]?.bytes)) as ModelJson;
    const weightData = new Uint8Array(files[0]?.bytes as Uint8Array).buffer as ArrayBuffer;
    const weightSpecs = weightsManifest[0]?.weights as tf.io.WeightsManifestEntry[];
    const loaded = await stock.loadLayersModel(tf.io.fromMemory({ modelTopology: modelTopology as object, weightSpecs, weightData }));
    const x = tf.tensor2d([
      [1, 2],
      [3, -4],
    ]);
    const outputs = [model, loaded].map((one) => one.predict(x) as tf.Tensor);
    expect(shown(outputs[1] as tf.Tensor)).toEqual(shown(outputs[0] as tf.Tensor));
    disposeTree([tree, x, outputs]);
    model.dispose();
    loaded.dispose();
  });

  test('comes back as it was, arrays as arrays', async () => {
    const tree = { ...makeTree(), list: [tf.scalar(1), {}], z: tf.complex([1, 2], [3, 4]) };
    const files = await toTfjsModel(tree, { shardBytes: 5 });
    const read = (await fromTfjsModel(files.at(-1)?.bytes as Uint8Array, reader(files))) as typeof tree;
    const withoutComplex = ({ z: _z, ...rest }: typeof tree): Tree => rest as Tree;
    expect(shown(withoutComplex(read))).toEqual(shown(withoutComplex(tree)));
    const parts = (t: tf.Tensor): number[] => tf.tidy(() => [...tf.real(t).dataSync(), ...tf.imag(t).dataSync()]);
    expect(parts(read.z)).toEqual([1, 2, 3, 4]);
    disposeTree([tree, read]);
  });

  test('is written and read in a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kumiko-tfjs-'));
    const tree = { bias: tf.tensor1d([1, 2]) };
    const path = await saveTfjsModel(folder, tree);
    expect((await readdir(folder)).sort()).toEqual(['group1-shard1of1.bin', 'model.json']);
    const read = await loadTfjsModel(path);
    expect(shown(read)).toEqual(shown(tree));
    disposeTree([tree, read]);
    await rm(folder, { recursive: true });
  });

  test('refuses a size out of range', async () => {
    await expect(toTfjsModel({}, { shardBytes: 0 })).rejects.toThrow(
      'toTfjsModel: expected shardBytes to be a whole number of at least 1, got 0. ',
    );
  });
});

describe('quantized weights', () => {
  const specs: tf.io.WeightsManifestEntry[] = [
    { name: 'a/byte', shape: [2, 2], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.1, min: -1.7 } },
    { name: 'a/short', shape: [2], dtype: 'float32', quantization: { dtype: 'uint16', scale: 1 / 3, min: 0.01 } },
    { name: 'half', shape: [3], dtype: 'float32', quantization: { dtype: 'float16' } },
    { name: 'whole', shape: [3], dtype: 'int32', quantization: { dtype: 'uint8', scale: 0.5, min: -7 } },
    { name: 'plain', shape: [], dtype: 'float32' },
  ];
  const bytes = Uint8Array.from([0, 1, 128, 255, 0, 0, 255, 255, 0, 0x3c, 1, 0, 0xff, 0xfb, 1, 2, 3, 0, 0, 0xc0, 0x3f]);

  test('are read to the bit as stock TensorFlow.js reads them', async () => {
    const stock = tf.io.decodeWeights(bytes.buffer as ArrayBuffer, specs);
    const model = new TextEncoder().encode(JSON.stringify({ weightsManifest: [{ paths: ['w/1.bin', 'w/2.bin'], weights: specs }] }));
    const read = await fromTfjsModel(model, (path) => Promise.resolve(path === 'w/1.bin' ? bytes.subarray(0, 9) : bytes.subarray(9)));
    expect(flatten<tf.Tensor>(read).map(({ name }) => name)).toEqual(specs.map(({ name }) => name));
    for (const { name, leaf } of flatten<tf.Tensor>(read)) {
      const other = stock[name] as tf.Tensor;
      expect([name, leaf.dtype, leaf.shape, [...leaf.dataSync()]]).toEqual([name, other.dtype, other.shape, [...other.dataSync()]]);
    }
    // 128 * 0.1 - 1.7 = 11.1; 1 * 0.5 - 7 = -6.5, rounded up to -6.
    const { a, whole } = read as { a: { byte: tf.Tensor }; whole: tf.Tensor };
    expect(a.byte.dataSync()[2]).toBe(Math.fround(11.1));
    expect([...whole.dataSync()]).toEqual([-6, -6, -5]);
    disposeTree([read, stock]);
  });
});
