import type { WasmHost, WasmModule } from '@kumiko/backend';
import { KumikoError } from '@kumiko/core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type Allocator, type Heap, allocate } from './heap.ts';
import { functionParameters } from './function-parameters.ts';
import { importMemory } from './import-memory.ts';
import { type PoolHeap, ThreadPool, type ThreadPoolOptions } from './thread-pool.ts';

/** What a host is made of. */
export interface HostOptions extends ThreadPoolOptions {
  readonly heap: Heap;
  readonly allocator: Allocator;
  /** Whether fewer threads than asked for are an error, and not a warning. */
  readonly threadsRequired: boolean;
  /** The memory's maximum in pages; absent where the module that made it set none. */
  readonly maximumPages: number | undefined;
  readonly relaxedSimd: boolean;
  /** Our own kernels. */
  readonly kernels: () => Uint8Array;
  /** The functions of four floats that emitted code imports. */
  readonly lanes: () => Uint8Array;
  readonly backend: () => BackendWasm;
}

/** A host and the threads behind it. */
export interface CreatedHost {
  readonly host: WasmHost;
  stop(): Promise<void>;
}

/** The words of {@link WasmHost.faults}, and one that fills them up. */
const FAULT_BYTES = 16;

/** Starts the threads, puts our kernels on them and gives the interface through which ops reach the heap. */
export async function createHost(options: HostOptions): Promise<CreatedHost> {
  const { heap, allocator, maximumPages: maximum } = options;
  const alloc = (bytes: number): number => allocate(allocator, heap, bytes);
  const pool = await startPool({ memory: heap.memory, alloc, free: (pointer) => allocator.free(pointer) }, options);
  const modules = new Map<string, { readonly module: WasmModule; unload(): void }>();
  const instantiate = (name: string, bytes: () => Uint8Array): WasmModule => {
    const known = modules.get(name);
    if (known !== undefined) return known.module;
    const limits = { initial: 1, shared: heap.shared, ...(maximum === undefined ? {} : { maximum }) };
    const binary = importMemory(bytes(), limits);
    const loaded = pool.load(binary);
    const types = functionParameters(binary);
    const module: WasmModule = {
      parallel: (entry, tasks, args) => pool.run(loaded, entry, tasks, args),
      walk: (entry, args) => pool.walk(loaded, entry, args),
      importName: String(loaded.index),
      parameters: (entry) => types().get(entry) ?? unknownEntry(entry, types()),
    };
    modules.set(name, { module, unload: () => pool.unload(loaded) });
    return module;
  };
  const kernels = instantiate('kumiko', options.kernels);
  let lanes: WasmModule | undefined;
  const faults = alloc(FAULT_BYTES);
  heap.bytes.fill(0, faults, faults + FAULT_BYTES);
  const host: WasmHost = {
    memory: heap.memory,
    get threads() {
      return pool.threads;
    },
    grain: 1,
    relaxedSimd: options.relaxedSimd,
    alloc,
    free: (pointer) => allocator.free(pointer),
    pointer: (dataId) => options.backend().getMemoryOffset(dataId) >>> 0,
    write: (pointer, values) => heap.bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), pointer),
    faults,
    takeFault() {
      const { ints } = heap;
      const at = faults >>> 2;
      if (ints[at] === 0) return undefined;
      ints[at] = 0;
      return { index: ints[at + 1] as number, places: ints[at + 2] as number };
    },
    bytes: () => heap.bytes,
    floats: () => heap.floats,
    ints: () => heap.ints,
    instantiate,
    release(name) {
      modules.get(name)?.unload();
      modules.delete(name);
    },
    ...kernels,
    get lanes() {
      return (lanes ??= instantiate('kumiko-lanes', options.lanes));
    },
  };
  return { host, stop: () => pool.stop() };
}

/** As many threads as are wanted, or one where there are no others to be had. @throws KumikoError when they are required */
async function startPool(heap: PoolHeap, options: HostOptions): Promise<ThreadPool> {
  try {
    return await ThreadPool.start(heap, options);
  } catch (error) {
    if (options.threadsRequired) throw error;
    console.warn(`${(error as Error).message} Kumiko goes on with one thread.`);
    return await ThreadPool.start(heap, { ...options, threads: 1 });
  }
}

function unknownEntry(entry: string, types: ReadonlyMap<string, unknown>): never {
  throw new KumikoError('wasm', `expected one of the kernels ${[...types.keys()].join(', ')}, got '${entry}'. Rebuild the module.`);
}
