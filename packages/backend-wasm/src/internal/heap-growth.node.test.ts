import * as tf from '@tensorflow/tfjs-core';
import { type Backend, selectBackend, type WasmHost } from '@kumiko/backend';
import { generator, key } from '@kumiko/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';

const MEBIBYTE = 2 ** 20;

describe.each([1, 2])('%s threads', (threads) => {
  let backend: Backend;
  let host: WasmHost;
  beforeEach(async () => {
    backend = await selectBackend([wasm({ threads })]);
    host = backend.host as WasmHost;
  });
  afterEach(() => backend.dispose());

  const heapBytes = (): number => host.memory.buffer.byteLength;

  // Sizes between bounds, each octave as likely as the next, while no more than so much is in use.
  test.each([
    [16, 2 ** 16, 20 * MEBIBYTE, 30_000],
    [2 ** 10, 2 ** 24, 100 * MEBIBYTE, 10_000],
    [2 ** 20, 2 ** 26, 1000 * MEBIBYTE, 3000],
  ])(
    'pieces of %i to %i bytes keep apart, and the heap stays within two and a half times what was in use',
    (least, most, bound, rounds) => {
      const { uniform, integer } = generator(key(3));
      const used: { pointer: number; bytes: number; tag: number }[] = [];
      const before = heapBytes();
      let [live, peak] = [0, 0];
      const drop = (): number => {
        const at = integer(used.length);
        const { pointer, bytes, tag } = used[at] as (typeof used)[number];
        used[at] = used.at(-1) as (typeof used)[number];
        used.pop();
        // The ends of a piece are as they were left: nobody else has written there.
        if (host.bytes()[pointer] !== tag || host.bytes()[pointer + bytes - 1] !== tag) expect([pointer, bytes]).toEqual([]);
        host.free(pointer);
        return bytes;
      };
      for (let round = 0; round < rounds; round++) {
        const bytes = Math.floor(least * (most / least) ** uniform());
        while (live + bytes > bound || (used.length > 0 && uniform() < 0.3)) live -= drop();
        const pointer = host.alloc(bytes);
        const tag = round % 251;
        host.bytes()[pointer] = tag;
        host.bytes()[pointer + bytes - 1] = tag;
        used.push({ pointer, bytes, tag });
        live += bytes;
        peak = Math.max(peak, live);
      }
      expect(heapBytes() - before).toBeLessThan(2.5 * peak);
      while (used.length > 0) drop();
    },
  );

  test('10,000 steps with batches of changing sizes do not grow the heap after the first thousand', () => {
    const { integer } = generator(key(4));
    // The heap has to grow for what follows.
    const ballast = host.alloc(16 * MEBIBYTE);
    const before = heapBytes();
    let param: tf.Tensor = tf.ones([64]);
    const step = (): void => {
      const next = tf.tidy(() => {
        const x = tf.fill([1 + integer(4096), 64], 0.5);
        const output = tf.mul(tf.relu(tf.sub(x, param)), x);
        return tf.sub(param, tf.mul(tf.sum(output, 0), 1e-6));
      });
      param.dispose();
      param = next;
    };
    for (let i = 0; i < 1000; i++) step();
    const [bytes, { numTensors, numBytes }] = [heapBytes(), tf.memory()];
    for (let i = 1000; i < 10_000; i++) step();
    expect(heapBytes()).toBe(bytes);
    expect(bytes).toBeGreaterThan(before);
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
    param.dispose();
    host.free(ballast);
  });
});
