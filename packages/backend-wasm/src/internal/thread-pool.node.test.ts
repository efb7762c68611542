import { Worker as OriginalWorker } from 'node:worker_threads';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { compileString } from 'assemblyscript/asc';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { importMemory } from './import-memory.ts';
import { ThreadPool, type PoolHeap } from './thread-pool.ts';

const kernels = `
  export function fill(task: i32, tasks: i32, pointer: usize, value: i32): void { store<i32>(pointer + (<usize>task << 2), value + task); }
  export function burn(task: i32, tasks: i32, pointer: usize, rounds: i32): void {
    let sum: f64 = task;
    for (let i = 0; i < rounds; i++) sum = Math.sqrt(sum + i);
    store<f64>(pointer + (<usize>task << 3), sum);
  }
  export function trapFirst(task: i32, tasks: i32, pointer: usize, rounds: i32): void {
    if (task == 0) unreachable();
    burn(task, tasks, pointer, rounds);
  }
  export function trap(task: i32, tasks: i32, pointer: usize, value: i32): void { unreachable(); }`;
const OUT = 131_072;

let binary: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  const { error, binary: compiled, stderr } = await compileString(kernels, { optimizeLevel: 3, runtime: 'stub', importMemory: true });
  if (error) throw new Error(stderr.toString());
  binary = Uint8Array.from(compiled as Uint8Array);
});

/** Workers that were started, so that a test can kill one. */
const started: OriginalWorker[] = [];
const threadModule = process.getBuiltinModule('node:worker_threads');
threadModule.Worker = class extends OriginalWorker {
  constructor(...args: ConstructorParameters<typeof OriginalWorker>) {
    super(...args);
    started.push(this);
  }
};

const pools: ThreadPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.stop();
  started.length = 0;
});

async function start(threads: number, stallTimeout = 20_000) {
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 16, shared: true });
  let free = 1024;
  const alloc = (bytes: number): number => {
    const pointer = free;
    free += Math.ceil(bytes / 64) * 64;
    return pointer;
  };
  const heap: PoolHeap = { memory, alloc, free: () => {} };
  const pool = await ThreadPool.start(heap, { threads, stallTimeout, maySleep: true });
  pools.push(pool);
  return { pool, module: pool.load(importMemory(binary, { initial: 1, maximum: 16, shared: true })), memory };
}

test.each([1, 2, 4])('%s threads do every part of every job once', async (threads) => {
  const { pool, module, memory } = await start(threads);
  expect(pool.threads).toBe(threads);
  const out = new Int32Array(memory.buffer, OUT, 64);
  const wrong: string[] = [];
  for (let job = 0; job < 2000; job++) {
    const tasks = 1 + (job % 64);
    out.fill(-1);
    pool.run(module, 'fill', tasks, [OUT, job]);
    for (let i = 0; i < 64; i++) if (out[i] !== (i < tasks ? job + i : -1)) wrong.push(`job ${job}: ${i} is ${out[i]}`);
  }
  expect(wrong).toEqual([]);
});

/** CI kills a thread 5 times, the full run 100 times. */
const kills = Number(process.env['KUMIKO_KILLS'] ?? 5);

test(
  `a killed thread is an error with a name, never a hang (${kills} times)`,
  async () => {
    for (let kill = 0; kill < kills; kill++) {
      const { pool, module } = await start(2, 200);
      const worker = started.at(-1) as OriginalWorker;
      const begin = performance.now();
      // Ends the worker at some moment of the jobs below, often in the middle of a part.
      void worker.terminate();
      let error: unknown;
      try {
        while (performance.now() - begin < 50 * (kill % 4)) pool.run(module, 'burn', 8, [OUT, 20_000]);
        while (pool.threads > 1) await nextTurn();
        pool.run(module, 'fill', 8, [OUT, 0]);
      } catch (caught) {
        error = caught;
      }
      expect(error).toMatchObject({ code: 'wasm threads' });
      expect(performance.now() - begin).toBeLessThan(5000);
      expect(() => pool.run(module, 'fill', 8, [OUT, 1])).not.toThrow();
      await pool.stop();
    }
  },
  20_000 + 2000 * kills,
);

test('a part that a thread holds without progress is given up after the stall timeout', async () => {
  const { pool, module, memory } = await start(2, 150);
  // Marks the worker as busy for ever, as one does that died while it held a part.
  const words = new Int32Array(memory.buffer, 1024, 640);
  await sleep(20);
  Atomics.store(words, 112, 1);
  expect(() => pool.run(module, 'fill', 8, [OUT, 0])).toThrow('wasm threads: expected progress within 150 ms, got none from thread 1');
  expect(pool.threads).toBe(1);
  pool.run(module, 'fill', 8, [OUT, 5]);
  expect([...new Int32Array(memory.buffer, OUT, 3)]).toEqual([5, 6, 7]);
});

test('a thread that does not start is an error with a name', async () => {
  const Failing = class extends OriginalWorker {
    constructor() {
      super(new URL('data:text/javascript,throw new Error("no threads today")'));
    }
  };
  const usual = threadModule.Worker;
  threadModule.Worker = Failing as unknown as typeof OriginalWorker;
  try {
    await expect(start(2)).rejects.toMatchObject({ code: 'wasm threads', message: expect.stringContaining('no threads today') as string });
  } finally {
    threadModule.Worker = usual;
  }
});

test('a trap on any thread is an error of the caller', async () => {
  const { pool, module } = await start(2);
  expect(() => pool.run(module, 'trap', 8, [0, 0])).toThrow("wasm: expected kernel 'trap' to finish, got a trap on a thread.");
  expect(() => pool.run(module, 'fill', 8, [OUT, 0])).not.toThrow();
});

test('a trap is named also where it leaves another thread without progress', async () => {
  const { pool, module } = await start(2, 100);
  // A second or so in the part that does not trap: when the caller has it, nothing stalls.
  expect(() => pool.run(module, 'trapFirst', 2, [OUT, 5e7])).toThrow(/got a trap on a thread|which ended in a trap/);
  expect(() => pool.run(module, 'fill', 8, [OUT, 0])).not.toThrow();
});

test('a slot serves one module after the other, on every thread', async () => {
  const { pool, memory } = await start(2);
  const { binary: other } = await compileString(kernels.replace('value + task', 'value - task'), {
    optimizeLevel: 3,
    runtime: 'stub',
    importMemory: true,
  });
  const limits = { initial: 1, maximum: 16, shared: true };
  const [plus, minus] = [importMemory(binary, limits), importMemory(Uint8Array.from(other as Uint8Array), limits)];
  const out = new Int32Array(memory.buffer, OUT, 64);
  for (let i = 0; i < 40; i++) {
    const module = pool.load(i % 2 ? minus : plus);
    for (let job = 0; job < 20; job++) {
      out.fill(-1);
      pool.run(module, 'fill', 64, [OUT, 100]);
      if (out[63] !== (i % 2 ? 37 : 163) || out[1] !== (i % 2 ? 99 : 101)) expect([i, ...out]).toEqual([]);
    }
    pool.unload(module);
  }
  expect(pool.threads).toBe(2);
});

test('a kernel that does not exist, and too many arguments, are refused', async () => {
  const { pool, module } = await start(2);
  expect(() => pool.run(module, 'nope', 1, [])).toThrow("wasm: expected one of the kernels fill, burn, trapFirst, trap, got 'nope'.");
  expect(() => pool.run(module, 'fill', 2, new Array<number>(49).fill(0))).toThrow('wasm: expected at most 48 kernel arguments, got 49.');
});

test.each([1, 2])('a number of parts that is no count is refused at once, on %s threads', async (threads) => {
  const { pool, module, memory } = await start(threads);
  for (const tasks of [1.5, 2.5, -1, Number.NaN, Infinity, 2 ** 31, '2' as unknown as number])
    expect(() => pool.run(module, 'fill', tasks, [OUT, 0])).toThrow(
      `wasm: expected an integer in [0, 2^31) as the number of parts of 'fill', got ${tasks}. Round it up`,
    );
  const out = new Int32Array(memory.buffer, OUT, 4).fill(-1);
  pool.run(module, 'fill', 0, [OUT, 0]);
  expect([...out]).toEqual([-1, -1, -1, -1]);
  pool.run(module, 'fill', 3, [OUT, 7]);
  expect([...out]).toEqual([7, 8, 9, -1]);
});

test.each([1, 3])('%s threads walk a module that calls another one', async (threads) => {
  const { pool, module, memory } = await start(threads);
  // `(import "<slot>" "fill")`, and `walk(thread, threads, maySleep, stallTimeout, pointer)`, which calls `fill(thread, threads, pointer, stallTimeout)`.
  const caller = Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 16, 2, 0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 0, 0x60, 5, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0],
    ...[2, 10, 1, 1, 0x30 + module.index, 4, 0x66, 0x69, 0x6c, 0x6c, 0, 0],
    ...[3, 2, 1, 1],
    ...[7, 8, 1, 4, 0x77, 0x61, 0x6c, 0x6b, 0, 1],
    ...[10, 14, 1, 12, 0, 0x20, 0, 0x20, 1, 0x20, 4, 0x20, 3, 0x10, 0, 0x0b],
  ]);
  const walking = pool.load(importMemory(caller, { initial: 1, maximum: 16, shared: true }));
  const out = new Int32Array(memory.buffer, OUT, 4);
  for (let round = 0; round < 200; round++) {
    out.fill(0);
    pool.walk(walking, 'walk', [OUT]);
    expect([...out]).toEqual(threads === 1 ? [20_000, 0, 0, 0] : [20_000, 20_001, 20_002, 0]);
  }
});
