import type { WasmHost, WasmModule } from '@kumiko/backend';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type Allocator, type Heap, allocate } from './heap.ts';
import { importMemory } from './import-memory.ts';
import { ThreadPool, type ThreadPoolOptions } from './thread-pool.ts';

/** What a host is made of. */
export interface HostOptions extends ThreadPoolOptions {
  readonly heap: Heap;
  readonly allocator: Allocator;
  /** The memory's maximum in pages; absent where the module that made it set none. */
  readonly maximumPages: number | undefined;
  readonly relaxedSimd: boolean;
  /** Our own kernels. */
  readonly kernels: () => Uint8Array;
  readonly backend: () => BackendWasm;
}

/** A host and the threads behind it. */
export interface CreatedHost {
  readonly host: WasmHost;
  stop(): Promise<void>;
}

/** Starts the threads, puts our kernels on them and gives the interface through which ops reach the heap. */
export async function createHost(options: HostOptions): Promise<CreatedHost> {
  const { heap, allocator, maximumPages: maximum } = options;
  const alloc = (bytes: number): number => allocate(allocator, heap, bytes);
  const pool = await ThreadPool.start({ memory: heap.memory, alloc, free: (pointer) => allocator.free(pointer) }, options);
  const modules = new Map<string, { readonly module: WasmModule; unload(): void }>();
  const instantiate = (name: string, bytes: () => Uint8Array): WasmModule => {
    const known = modules.get(name);
    if (known !== undefined) return known.module;
    const limits = { initial: 1, shared: heap.shared, ...(maximum === undefined ? {} : { maximum }) };
    const loaded = pool.load(importMemory(bytes(), limits));
    const module: WasmModule = { parallel: (entry, tasks, args) => pool.run(loaded, entry, tasks, args) };
    modules.set(name, { module, unload: () => pool.unload(loaded) });
    return module;
  };
  const kernels = instantiate('kumiko', options.kernels);
  const host: WasmHost = {
    memory: heap.memory,
    get threads() {
      return pool.threads;
    },
    relaxedSimd: options.relaxedSimd,
    alloc,
    free: (pointer) => allocator.free(pointer),
    pointer: (dataId) => options.backend().getMemoryOffset(dataId) >>> 0,
    bytes: () => heap.bytes,
    floats: () => heap.floats,
    ints: () => heap.ints,
    instantiate,
    release(name) {
      modules.get(name)?.unload();
      modules.delete(name);
    },
    parallel: kernels.parallel,
  };
  return { host, stop: () => pool.stop() };
}
