import { KumikoError, check } from '@kumiko/core';
import { source } from '../generated/thread-worker.ts';
import {
  BUSY_STRIDE,
  CONTROL_WORDS,
  type KernelFunction,
  MAXIMUM_ARGUMENTS,
  MAXIMUM_MODULES,
  MAXIMUM_WORKERS,
  MODULE_STRIDE,
  type NamedFunction,
  control,
  moduleFunctions,
} from './thread-control.ts';
import { type ThreadHandle, startThread } from './start-thread.ts';

/** Options of {@link ThreadPool.start}. */
export interface ThreadPoolOptions {
  /** Threads in all, the calling one included. */
  readonly threads: number;
  /** Milliseconds without any progress after which a thread counts as dead. */
  readonly stallTimeout: number;
  /** Whether the calling thread may sleep: not in a page. */
  readonly maySleep: boolean;
}

/** What the pool needs of the heap. */
export interface PoolHeap {
  readonly memory: WebAssembly.Memory;
  alloc(bytes: number): number;
  free(pointer: number): void;
}

/** A module on every thread. */
export interface Loaded {
  readonly index: number;
  /** Where its bytes lie for the other threads; 0 without any. */
  readonly pointer: number;
  readonly functions: readonly NamedFunction[];
  readonly entries: ReadonlyMap<string, { index: number; run: KernelFunction }>;
}

/** Looks at a word this often before the calling thread sleeps or reads the clock. */
const SPINS = 2000;

/**
 * Threads that claim the parts of one job after the other. The caller works too, so that a job ends even if no other thread comes.
 * Which thread does a part does not show in the result; how a job is cut does not depend on the number of threads.
 */
export class ThreadPool {
  readonly #heap: PoolHeap;
  readonly #options: ThreadPoolOptions;
  readonly #block: number;
  readonly #words: Int32Array;
  readonly #arguments: Float64Array;
  readonly #modules: (Loaded | undefined)[] = [];
  #version = 0;
  readonly #workers = new Map<number, ThreadHandle>();
  #failure: KumikoError | undefined;
  #stopping = false;

  private constructor(heap: PoolHeap, options: ThreadPoolOptions) {
    this.#heap = heap;
    this.#options = options;
    // Without other threads nobody is to be met, and an unshared buffer would go stale when the heap grows.
    const alone = options.threads <= 1;
    this.#block = alone ? 0 : heap.alloc(4 * CONTROL_WORDS);
    const buffer = alone ? new ArrayBuffer(4 * CONTROL_WORDS) : heap.memory.buffer;
    this.#words = new Int32Array(buffer, this.#block, CONTROL_WORDS);
    this.#arguments = new Float64Array(buffer, this.#block + 4 * control.argumentsStart, MAXIMUM_ARGUMENTS);
    this.#words.fill(0);
  }

  /** Starts `threads - 1` workers and resolves when all have reported. @throws KumikoError when one does not start */
  static async start(heap: PoolHeap, options: ThreadPoolOptions): Promise<ThreadPool> {
    const pool = new ThreadPool(heap, options);
    const indices = Array.from({ length: Math.min(options.threads - 1, MAXIMUM_WORKERS) }, (_, i) => i);
    // All of them, so that none is left behind when one does not start.
    const started = await Promise.allSettled(
      indices.map(async (index) => {
        const handle = await startThread(source, { memory: heap.memory, block: pool.#block, index }, (reason) => pool.#lost(index, reason));
        pool.#workers.set(index, handle);
      }),
    );
    const failed = started.find((one) => one.status === 'rejected');
    if (failed === undefined) return pool;
    await pool.stop();
    throw failed.reason;
  }

  /** Threads that take part, the calling one included. */
  get threads(): number {
    return this.#workers.size + 1;
  }

  /** Puts a module on every thread. */
  load(binary: Uint8Array<ArrayBuffer>): Loaded {
    const free = this.#modules.indexOf(undefined);
    const index = free < 0 ? this.#modules.length : free;
    check(
      index < MAXIMUM_MODULES,
      'wasm',
      () => `expected at most ${MAXIMUM_MODULES} modules on the heap, got one more. Dispose compiled functions that are no longer needed.`,
    );
    const functions = moduleFunctions(new WebAssembly.Module(binary), this.#heap.memory, (slot) => this.#modules[slot]?.functions ?? []);
    let pointer = 0;
    if (this.#workers.size > 0) {
      pointer = this.#heap.alloc(binary.length);
      new Uint8Array(this.#heap.memory.buffer, pointer, binary.length).set(binary);
      this.#words.set([pointer, binary.length, ++this.#version], control.modules + MODULE_STRIDE * index);
    }
    const entries = new Map(functions.map(({ name, run }, i) => [name, { index: i, run }]));
    const loaded: Loaded = { index, pointer, functions, entries };
    this.#modules[index] = loaded;
    return loaded;
  }

  /** Takes a module off the heap. No job is running, and a thread looks at a module only while it holds a part of one. */
  unload({ index, pointer }: Loaded): void {
    this.#modules[index] = undefined;
    if (pointer !== 0) this.#heap.free(pointer);
  }

  /** Runs all parts of a job and returns when they are done. @throws KumikoError when `tasks` is no integer in [0, 2^31), or a thread died */
  run(module: Loaded, name: string, tasks: number, args: readonly number[]): void {
    const entry = module.entries.get(name);
    if (entry === undefined)
      throw new KumikoError(
        'wasm',
        `expected one of the kernels ${[...module.entries.keys()].join(', ')}, got '${name}'. Rebuild the module.`,
      );
    // Of an integer in [0, 2^31), and of nothing else, this leaves all.
    if ((tasks & 0x7fffffff) !== tasks)
      throw new KumikoError(
        'wasm',
        `expected an integer in [0, 2^31) as the number of parts of '${name}', got ${tasks}. Round it up, and derive it from shapes alone.`,
      );
    if (this.#failure !== undefined) {
      const failure = this.#failure;
      this.#failure = undefined;
      throw failure;
    }
    if (this.#workers.size === 0 || tasks <= 1) {
      for (let task = 0; task < tasks; task++) entry.run(task, tasks, ...args);
      return;
    }
    this.#publish(module.index, entry.index, tasks, args);
    this.#work(entry.run, tasks, args);
    this.#wait(
      () => Atomics.load(this.#words, control.done),
      (done) => done >= tasks,
    );
    check(
      Atomics.load(this.#words, control.failed) === 0,
      'wasm',
      () => `expected kernel '${name}' to finish, got a trap on a thread. This is a bug: please report it.`,
    );
  }

  /** Runs an entry that divides its work by itself, once for every thread, and returns when all came back. */
  walk(module: Loaded, name: string, args: readonly number[]): void {
    const { maySleep, stallTimeout } = this.#options;
    this.run(module, name, this.threads, [maySleep ? 1 : 0, stallTimeout, ...args]);
  }

  /** Ends all workers. */
  async stop(): Promise<void> {
    this.#stopping = true;
    Atomics.store(this.#words, control.stop, 1);
    Atomics.add(this.#words, control.generation, 2);
    if (this.#workers.size > 0) Atomics.notify(this.#words, control.generation);
    // At once: whoever still holds the pool goes on alone, and waits for nobody who is on the way out.
    const workers = [...this.#workers.values()];
    this.#workers.clear();
    await Promise.all(workers.map((worker) => worker.stop()));
  }

  #publish(module: number, entry: number, tasks: number, args: readonly number[]): void {
    const words = this.#words;
    check(
      args.length <= MAXIMUM_ARGUMENTS,
      'wasm',
      () => `expected at most ${MAXIMUM_ARGUMENTS} kernel arguments, got ${args.length}. Pass a pointer to a block of them.`,
    );
    Atomics.add(words, control.generation, 1);
    this.#wait(
      () => this.#busyWorkers().length,
      (count) => count === 0,
    );
    words[control.module] = module;
    words[control.entry] = entry;
    words[control.tasks] = tasks;
    words[control.argumentCount] = args.length;
    this.#arguments.set(args);
    Atomics.store(words, control.failed, 0);
    Atomics.store(words, control.next, 0);
    Atomics.store(words, control.done, 0);
    Atomics.add(words, control.generation, 1);
    Atomics.notify(words, control.generation);
  }

  #work(run: KernelFunction, tasks: number, args: readonly number[]): void {
    const words = this.#words;
    for (let task = Atomics.add(words, control.next, 1); task < tasks; task = Atomics.add(words, control.next, 1)) {
      try {
        run(task, tasks, ...args);
      } catch {
        Atomics.store(words, control.failed, 1);
      }
      Atomics.add(words, control.done, 1);
    }
  }

  /** Waits until `ready`, and gives up on threads that hold a part without progress for the stall timeout. */
  #wait(read: () => number, ready: (value: number) => boolean): void {
    let value = read();
    for (let spins = 0; spins < SPINS && !ready(value); spins++) value = read();
    let changed = performance.now();
    while (!ready(value)) {
      if (this.#options.maySleep) Atomics.wait(this.#words, control.done, Atomics.load(this.#words, control.done), 1);
      const latest = read();
      if (latest !== value) changed = performance.now();
      value = latest;
      if (!ready(value) && performance.now() - changed > this.#options.stallTimeout) this.#stalled();
    }
  }

  #busyWorkers(): number[] {
    return [...this.#workers.keys()].filter((index) => Atomics.load(this.#words, control.busy + BUSY_STRIDE * index) === 1);
  }

  /** Drops the threads that hold a part and reports them; later jobs go on with the others. */
  #stalled(): never {
    const dead = this.#busyWorkers();
    for (const index of dead) {
      void this.#workers.get(index)?.stop();
      this.#workers.delete(index);
    }
    if (Atomics.load(this.#words, control.generation) % 2 !== 0) Atomics.add(this.#words, control.generation, 1);
    const trapped = Atomics.load(this.#words, control.failed) === 1;
    const why = trapped ? 'it waits for another thread, which ended in a trap (this is a bug: please report it)' : 'it died or was stopped';
    throw new KumikoError(
      'wasm threads',
      `expected progress within ${this.#options.stallTimeout} ms, got none from thread ${dead.map((index) => index + 1).join(', ')}: ${why}. ` +
        'Its kernel has no result; the backend goes on with the threads that are left.',
    );
  }

  /** A worker ended that nobody asked to end. */
  #lost(index: number, reason: string): void {
    if (this.#stopping || !this.#workers.delete(index)) return;
    this.#failure = new KumikoError(
      'wasm threads',
      `expected thread ${index + 1} to live as long as the backend, got its end (${reason}). The backend goes on with the ${this.threads} threads that are left; ` +
        'start the backend anew for all of them.',
    );
  }
}
