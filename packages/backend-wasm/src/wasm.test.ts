import * as tf from '@tensorflow/tfjs-core';
import { coverageReport, cpu, selectBackend } from '@kumiko/backend';
import { afterEach, expect, test } from 'vitest';
import { wasmHost } from './host.ts';
import { wasm } from './wasm.ts';

let dispose = (): Promise<void> => Promise.resolve();
afterEach(() => dispose());

async function start(options: Parameters<typeof wasm>[0]) {
  const backend = await selectBackend([wasm(options)]);
  dispose = () => backend.dispose();
  return backend;
}

/** A page that is not cross-origin isolated can share nothing, and so has one thread. */
const isolated = globalThis.crossOriginIsolated ?? true;
const two = isolated ? 2 : 1;

test('it boots without configuration, with threads on a shared heap where one can be shared', async () => {
  const backend = await start({ threads: 2 });
  expect(tf.getBackend()).toBe('wasm');
  expect(backend.capabilities).toMatchObject({ simd: true, threads: two });
  expect(backend.host?.threads).toBe(two);
  expect(backend.host?.memory.buffer).toBeInstanceOf(isolated ? SharedArrayBuffer : ArrayBuffer);
  expect(tf.matMul(tf.ones([3, 4]), tf.ones([4, 2])).arraySync()).toEqual([[4, 4], [4, 4], [4, 4]]); // prettier-ignore
});

test('one thread needs no shared memory', async () => {
  const backend = await start({ threads: 1 });
  expect(backend.host?.memory.buffer).toBeInstanceOf(ArrayBuffer);
  expect(tf.sum(tf.ones([1000])).arraySync()).toBe(1000);
});

test('a second start is shared, also of two at once', async () => {
  const [a, b] = await Promise.all([wasm({ threads: 1 }).start(), wasm({ threads: 1 }).start()]);
  dispose = () => a.dispose();
  expect(b).toBe(a);
  expect(await selectBackend([wasm()])).toBe(a);
  expect(wasmHost(tf.backend())).toBe(a.host);
});

test('a second start keeps the options of the first, but does not pass for deterministic', async () => {
  const first = await start({ threads: two });
  expect(await selectBackend([wasm({ threads: 1 })])).toBe(first);
  expect(first.capabilities.threads).toBe(two);
  // A machine without relaxed instructions is deterministic in any case.
  if (first.capabilities.relaxedSimd)
    await expect(selectBackend([wasm({ deterministic: true })])).rejects.toThrow(
      'wasm: expected a deterministic backend, got one that runs already and is not. Dispose it first: await backend.dispose().',
    );
  await first.dispose();
  const second = await start({ threads: 1, deterministic: true });
  expect(second.capabilities.relaxedSimd).toBe(false);
  expect(await selectBackend([wasm({ deterministic: true })])).toBe(second);
  expect(await selectBackend([wasm()])).toBe(second);
});

test('a module that cannot be put onto the heap leaves its name free', async () => {
  const { host } = await start({ threads: two });
  const kernels = (bytes: number[]) => () => Uint8Array.from(bytes);
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  expect(() => host?.instantiate('mine', kernels([1, 2, 3]))).toThrow(
    'importMemory: expected a WASM module, got 3 bytes of something else.',
  );
  expect(() => host?.instantiate('mine', kernels([...header, 10, 1, 5]))).toThrow(WebAssembly.CompileError);
  const mine = host?.instantiate('mine', kernels(header));
  expect(() => mine?.parallel('f', 1, [])).toThrow("wasm: expected one of the kernels , got 'f'.");
  host?.release('mine');
});

test('it starts again after it was disposed', async () => {
  await (await start({ threads: 2 })).dispose();
  expect(tf.findBackendFactory('wasm')).toBeNull();
  await start({ threads: 2 });
  expect(tf.mul(tf.scalar(6), tf.scalar(7)).arraySync()).toBe(42);
});

test('it starts again after tfjs reset its engine', async () => {
  const first = await start({ threads: 2 });
  tf.engine().reset();
  await tf.ready();
  expect(tf.getBackend()).toBe('wasm');
  expect(tf.add(tf.scalar(1), tf.scalar(2)).arraySync()).toBe(3);
  const second = await start({ threads: 2 });
  expect(second).not.toBe(first);
  expect(second.host?.threads).toBe(two);
});

test('no kernel of the cpu backend is missing', async () => {
  await start({ threads: 1 });
  await cpu().start();
  const { missing, own } = coverageReport('wasm');
  expect(missing).toEqual([]);
  expect(own).toContain('Conv2DBackpropFilter');
});

test.each([1, 2])('the heap grows under live tensors, with %s threads', async (threads) => {
  const backend = await start({ threads });
  const before = backend.host?.memory.buffer.byteLength as number;
  const small = tf.range(0, 1000);
  const large = tf.ones([64, 1024, 1024]);
  expect(backend.host?.memory.buffer.byteLength).toBeGreaterThan(before);
  expect(tf.sum(small).arraySync()).toBe(499_500);
  expect(tf.max(large).arraySync()).toBe(1);
  // Growth that Emscripten's allocator did not ask for must not leave a stale view either.
  backend.host?.memory.grow(16);
  expect(tf.sum(tf.add(small, 1)).arraySync()).toBe(500_500);
});

test('a full heap is a clear error, and the backend lives on', async () => {
  const { host } = await start({ threads: 1 });
  const hoard: number[] = [];
  const alloc = host?.alloc as (bytes: number) => number;
  expect(() => {
    for (let i = 0; i < 100; i++) hoard.push(alloc(256 * 2 ** 20));
  }).toThrow(
    /^wasm: expected room for 256 MiB on the WASM heap, got a heap of \d+ MiB that has no such piece and cannot grow by one\. Dispose tensors/,
  );
  expect(() => tf.zeros([256, 1024, 1024])).toThrow('wasm: expected room for 1024 MiB on the WASM heap');
  for (const pointer of hoard) host?.free(pointer);
  expect(tf.sum(tf.ones([10])).arraySync()).toBe(10);
});

test("tfjs' binary may come from a URL", async () => {
  const path = new URL('../../../node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm', import.meta.url);
  await start({ threads: 1, url: path });
  expect(tf.sum(tf.ones([7])).arraySync()).toBe(7);
});

test('wrong options are refused', () => {
  expect(() => wasm({ threads: 0 })).toThrow(
    "wasm: expected threads 'auto' or an integer in [1, 32], got 0. Pass for example { threads: 2 }.",
  );
  expect(() => wasm({ threads: 1.5 })).toThrow('got 1.5');
  for (const threads of [-1, 33, 1e9, Number.NaN, null as never, '2' as never])
    expect(() => wasm({ threads })).toThrow(`in [1, 32], got ${threads}. Pass`);
  for (const stallTimeout of [0, -1, 0.5, Number.NaN, Infinity, 2 ** 31])
    expect(() => wasm({ stallTimeout })).toThrow(
      `wasm: expected stallTimeout as an integer in [1, 2^31) of milliseconds, got ${stallTimeout}.`,
    );
});
