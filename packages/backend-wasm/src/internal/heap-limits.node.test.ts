import * as tf from '@tensorflow/tfjs-core';
import { type Backend, selectBackend, type WasmHost } from '@kumiko/backend';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';

const MEBIBYTE = 2 ** 20;

let backend: Backend;
let host: WasmHost;
async function start(threads: number): Promise<void> {
  backend = await selectBackend([wasm({ threads })]);
  host = backend.host as WasmHost;
}
afterEach(async () => {
  await backend.dispose();
});

/** Memory is reserved, and not touched: a test costs the machine next to nothing. */
const reserve = (mebibytes: number): number => host.alloc(mebibytes * MEBIBYTE);

const heapBytes = (): number => host.memory.buffer.byteLength;

/** Computes something that needs a little room. */
const isWorking = (): boolean => tf.tidy(() => tf.sum(tf.matMul(tf.ones([8, 8]), tf.ones([8, 8]))).arraySync()) === 512;

describe.each([1, 2])('%s threads', (threads) => {
  beforeEach(() => start(threads));

  // The sums pass 4 GiB by little, by much, with pieces below and above 2 GiB.
  test.each([
    [[1000, 1000, 1000, 1000], 1000],
    [[1800, 1200], 1200],
    [[2050, 513, 513, 513], 2050],
    [[3000], 1100],
    [[2100], 2100],
    [[2047], 2047],
    [Array<number>(15).fill(256), 300],
    [[], 4033],
  ])('after pieces of %j MiB there is no room for %i MiB', (sizes, more) => {
    const pieces = sizes.map((size) => [reserve(size), size * MEBIBYTE] as const).sort(([a], [b]) => a - b);
    for (const [i, [pointer, bytes]] of pieces.entries()) expect(pointer + bytes).toBeLessThanOrEqual(pieces[i + 1]?.[0] ?? heapBytes());
    const before = heapBytes();
    for (let i = 0; i < 2; i++)
      expect(() => reserve(more)).toThrow(
        new RegExp(`^wasm: expected room for ${more} MiB on the WASM heap, got a heap of \\d+ MiB that has no such piece`),
      );
    expect(heapBytes()).toBe(before);
    expect(isWorking()).toBe(true);
    for (const [pointer] of pieces) host.free(pointer);
    expect(sizes.map(reserve)).toHaveLength(sizes.length);
  });

  test.each([2048, 2049, 3000, 4000])('a piece of %i MiB can be had, again and again', (size) => {
    for (let i = 0; i < 3; i++) {
      const pointer = reserve(size);
      expect(pointer + size * MEBIBYTE).toBeLessThanOrEqual(heapBytes());
      expect(isWorking()).toBe(true);
      host.free(pointer);
    }
  });

  test.each([2 ** 32 - 16, 2 ** 32, 2 ** 32 + 16, 2 ** 53, 2 ** 70, Infinity, Number.NaN])('%d bytes are refused', (bytes) => {
    expect(() => host.alloc(bytes)).toThrow('wasm: expected room for');
    expect(isWorking()).toBe(true);
  });
});

describe('a machine that gives less', () => {
  const { Memory } = WebAssembly;
  afterEach(() => {
    WebAssembly.Memory = Memory;
  });

  /** Refuses memories that may grow beyond so much. */
  const giveUpTo = (mebibytes: number): void => {
    WebAssembly.Memory = class extends Memory {
      constructor(descriptor: WebAssembly.MemoryDescriptor) {
        if ((descriptor.maximum ?? Infinity) > mebibytes * 16) throw new RangeError('too much');
        super(descriptor);
      }
    };
  };

  test.each([
    [1024, 1],
    [2048, 2],
  ])('%i MiB hold as much, with %i threads', async (mebibytes, threads) => {
    giveUpTo(mebibytes);
    await start(threads);
    expect(backend.capabilities.maxBufferBytes).toBe(mebibytes * MEBIBYTE);
    const pieces = [reserve(mebibytes / 2), reserve(mebibytes / 4)];
    expect(() => reserve(mebibytes / 2)).toThrow(`wasm: expected room for ${mebibytes / 2} MiB on the WASM heap`);
    expect(() => reserve(mebibytes)).toThrow(`wasm: expected room for ${mebibytes} MiB on the WASM heap`);
    expect(isWorking()).toBe(true);
    for (const piece of pieces) host.free(piece);
    expect(reserve(0.75 * mebibytes)).toBeGreaterThan(0);
  });

  test('too little is an error at the start, and the next start works', async () => {
    giveUpTo(512);
    await expect(start(1)).rejects.toThrow(
      'wasm: expected a WASM memory of up to 1 GiB, got a refusal by the machine. Free memory, or use another backend.',
    );
    WebAssembly.Memory = Memory;
    await start(1);
    expect(isWorking()).toBe(true);
  });
});
