import '@tensorflow/tfjs-backend-cpu';
import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { disposeTree, isKumikoError, type Tree } from '@kumiko/core';
import { afterEach, assert, beforeEach, describe, expect, test } from 'vitest';
import expected from '../../../attacks/expected.json' with { type: 'json' };
import { fromNpy } from './from-npy.ts';
import { fromNpz } from './from-npz.ts';
import { fromSafetensors } from './from-safetensors.ts';
import { fromShardedSafetensors } from './from-sharded-safetensors.ts';
import { fromTfjsModel } from './from-tfjs-model.ts';
import type { NamedFile } from './named-file.ts';
import { shardSafetensors } from './shard-safetensors.ts';
import { toNpy } from './to-npy.ts';
import { toNpz } from './to-npz.ts';
import { toSafetensors } from './to-safetensors.ts';
import { toTfjsModel } from './to-tfjs-model.ts';

let tensorsBefore = 0;
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors;
});
afterEach(() => {
  assert.equal(tf.memory().numTensors, tensorsBefore, 'tensors');
});

const folder = new URL('../../../attacks/', import.meta.url);
const bytesAt = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, folder)));
/** What the files of weights hold that the attacks name. */
const eightBytes = (): Promise<Uint8Array> => Promise.resolve(Uint8Array.from([255, 255, 255, 127, 1, 0, 0, 0]));

type Reader = (bytes: Uint8Array) => Tree | Promise<Tree>;
const readers: Readonly<Record<string, Reader>> = {
  npy: fromNpy,
  npz: (bytes) => fromNpz(bytes, { maxBytes: 3_000_000 }),
  safetensors: fromSafetensors,
  'index.json': (bytes) => fromShardedSafetensors(bytes, eightBytes),
  json: (bytes) => fromTfjsModel(bytes, eightBytes),
};

describe('hostile files', () => {
  const largest = 64 * 2 ** 20;

  test.each(Object.entries(expected))('%s', async (path, message) => {
    const read = Object.entries(readers).find(([extension]) => path.endsWith(`.${extension}`))?.[1] as Reader;
    const bytes = bytesAt(path);
    const before = process.memoryUsage();
    let error: unknown;
    try {
      disposeTree(await read(bytes));
    } catch (caught) {
      error = caught;
    }
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(largest);
    // Without a message, a file may also be read: its names are odd and no more.
    if (message === '' && error === undefined) return;
    expect(String(isKumikoError(error) ? 'refused' : error)).toBe('refused');
    expect((error as Error).message).toContain(message);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('every file is expected, and the other way round', () => {
    const found = ['npy', 'npz', 'safetensors', 'tfjs'].flatMap((one) => readdirSync(new URL(one, folder)).map((name) => `${one}/${name}`));
    expect(found.sort()).toEqual(Object.keys(expected).sort());
  });
});

/** Files changed at random, a format: `KUMIKO_FUZZ` of them, 300 unless told otherwise. */
describe('fuzz', () => {
  const runs = Number(process.env['KUMIKO_FUZZ'] ?? 300);
  const first = Number(process.env['KUMIKO_FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

  const makeTree = () => ({
    a: [tf.tensor1d([1, 2]), tf.scalar(true, 'bool')],
    b: { c: tf.tensor2d([[1, 2]], [1, 2], 'int32') },
    d: {},
  });
  const made = async (make: (tree: Tree) => Promise<Uint8Array>): Promise<Uint8Array> => {
    const tree = makeTree();
    const bytes = await make(tree);
    disposeTree(tree);
    return bytes;
  };
  /** Files of a format and how they are read when one of them has been changed. */
  const formats: Readonly<Record<string, () => Promise<{ bytes: Uint8Array; read: Reader }>>> = {
    safetensors: async () => ({ bytes: await made(toSafetensors), read: fromSafetensors }),
    npy: async () => ({ bytes: await made((tree) => toNpy((tree as ReturnType<typeof makeTree>).b.c)), read: fromNpy }),
    npz: async () => ({ bytes: await made(toNpz), read: (bytes) => fromNpz(bytes) }),
    'compressed npz': async () => ({
      bytes: new Uint8Array(readFileSync(new URL('../../../fixtures/formats/compressed.npz', import.meta.url))),
      read: (bytes) => fromNpz(bytes),
    }),
    'sharded safetensors': async () => {
      const tree = makeTree();
      const files: NamedFile[] = [];
      for await (const one of shardSafetensors(tree, { maxShardBytes: 8 })) files.push(one);
      disposeTree(tree);
      const index = files.at(-1)?.bytes as Uint8Array;
      return {
        bytes: index,
        read: (bytes) => fromShardedSafetensors(bytes, async (name) => files.find(({ file }) => file === name)?.bytes ?? new Uint8Array(0)),
      };
    },
    'tfjs model': async () => {
      const tree = makeTree();
      const files = await toTfjsModel(tree);
      disposeTree(tree);
      return {
        bytes: files.at(-1)?.bytes as Uint8Array,
        read: (bytes) => fromTfjsModel(bytes, async (path) => files.find(({ file }) => file === path)?.bytes ?? new Uint8Array(0)),
      };
    },
  };

  /** Pseudo-random integers of a seed, by SplitMix32: seeds that follow each other have nothing in common. */
  function randomOf(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (state + 0x9e3779b9) | 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return ((mixed ^ (mixed >>> 15)) >>> 0) % below;
    };
  }

  const telling = new TextEncoder().encode('{}[]()",:0129-/\\\'\0\u007f');

  test.each(Object.entries(formats))('%s', async (_name, make) => {
    const { bytes, read } = await make();
    let refused = 0;
    for (let seed = first; seed < first + runs; seed++) {
      const random = randomOf(seed);
      let mutated = Uint8Array.from(bytes);
      for (let changes = random(4); changes >= 0; changes--) {
        const at = random(mutated.length);
        mutated[at] = random(2) === 0 ? random(256) : (telling[random(telling.length)] as number);
      }
      if (random(3) === 0) mutated = mutated.slice(0, random(mutated.length));
      if (random(8) === 0) mutated = Uint8Array.from([...mutated, ...mutated.slice(random(mutated.length))]);
      try {
        disposeTree(await read(mutated));
      } catch (error) {
        if (!isKumikoError(error)) throw new Error(`seed ${seed} is no clear error; KUMIKO_FUZZ_SEED=${seed} repeats it`, { cause: error });
        refused++;
      }
    }
    expect(refused, `of the seeds ${first} to ${first + runs - 1}`).toBeGreaterThan(runs / 10);
  });
});
