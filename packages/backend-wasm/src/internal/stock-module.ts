import { KumikoError } from '@kumiko/core';
import { BlockPool } from './block-pool.ts';
import { boundAllocator } from './bounded-allocator.ts';
import { type Heap, allocate, growHeap, heapLimit } from './heap.ts';

/** The part of the largest heap that may lie idle in blocks that were given back. */
const KEPT_PART = 1 / 8;

type WasmFunction = (...args: number[]) => number;
type ArgumentType = 'number' | 'array' | 'string' | 'boolean';

/** What tfjs' BackendWasm expects of Emscripten's runtime. */
export interface StockModule {
  readonly HEAPU8: Uint8Array<ArrayBufferLike>;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  cwrap(name: string, returnType: string | null, argumentTypes?: readonly ArgumentType[]): (...args: never[]) => unknown;
  readonly tfjs: {
    init(): void;
    initWithThreadsCount(count: number): void;
    getThreadsCount(): number;
    registerTensor(id: number, size: number, memoryOffset: number): void;
    disposeData(id: number): void;
    dispose(): void;
  };
}

/**
 * Runs tfjs' WASM binary on our heap with a runtime of our own in place of Emscripten's script.
 * The binary asks for seven functions; none of them needs a file, a URL or generated code.
 */
export async function startStockModule(binary: WebAssembly.Module, heap: Heap, maximumPages: number): Promise<StockModule> {
  const printed: string[] = [];
  let mayGrow = true;
  const instance = await WebAssembly.instantiate(binary, {
    env: {
      memory: heap.memory,
      abort() {
        throw new KumikoError(
          'wasm',
          `expected tfjs' WASM code to go on, got an abort: ${printed.join('') || 'no message'}. This is a bug: please report it.`,
        );
      },
      emscripten_memcpy_big: (to: number, from: number, bytes: number) =>
        heap.bytes.copyWithin(to >>> 0, from >>> 0, (from >>> 0) + (bytes >>> 0)),
      emscripten_get_heap_max: () => heapLimit(maximumPages),
      emscripten_resize_heap: (bytes: number) => Number(mayGrow && growHeap(heap.memory, bytes >>> 0, maximumPages)),
    },
    wasi_snapshot_preview1: {
      fd_close: () => 52,
      fd_seek: () => 70,
      fd_write(_file: number, vectors: number, count: number, written: number) {
        printed.splice(0, Math.max(0, printed.length - 64));
        let total = 0;
        for (let i = 0; i < count; i++) {
          const pointer = heap.ints[(vectors >>> 2) + 2 * i] as number;
          const length = heap.ints[(vectors >>> 2) + 2 * i + 1] as number;
          printed.push(String.fromCharCode(...heap.bytes.slice(pointer >>> 0, (pointer >>> 0) + length)));
          total += length;
        }
        heap.ints[written >>> 2] = total;
        return 0;
      },
    },
  });
  const call = instance.exports as Record<string, WasmFunction>;
  const exported = (name: string): WasmFunction => {
    const found = call[name];
    if (found === undefined)
      throw new KumikoError(
        'wasm',
        `expected the WASM binary of tfjs-backend-wasm 4.22.0, got one without '${name}'. Check the wasm({ url }) option.`,
      );
    return found;
  };
  const [malloc, free] = [exported('malloc'), exported('free')];
  const [stackSave, stackAlloc, stackRestore] = [exported('stackSave'), exported('stackAlloc'), exported('stackRestore')];
  exported('__wasm_call_ctors')();
  const allocator = boundAllocator({
    malloc(bytes, grows = true) {
      mayGrow = grows;
      try {
        return malloc(bytes);
      } finally {
        // What tfjs' own code asks for may grow the heap.
        mayGrow = true;
      }
    },
    free,
  });
  const pool = new BlockPool(allocator, maximumPages * 65536 * KEPT_PART);
  return {
    get HEAPU8() {
      return heap.bytes;
    },
    _malloc: (bytes) => allocate(pool, heap, bytes),
    _free: (pointer) => pool.free(pointer),
    /** Arrays are copied to the stack for the call; everything else is a number. */
    cwrap(name, returnType, argumentTypes = []) {
      const target = exported(name);
      if (!argumentTypes.includes('array')) return target as (...args: never[]) => unknown;
      return (...args: (number | Uint8Array)[]) => {
        const stack = stackSave();
        const numbers = args.map((value) => {
          if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
          const pointer = stackAlloc(value.length) >>> 0;
          heap.bytes.set(value, pointer);
          return pointer;
        });
        const result = target(...numbers);
        stackRestore(stack);
        return returnType === 'boolean' ? Boolean(result) : result;
      };
    },
    tfjs: {
      init: () => void exported('init')(),
      initWithThreadsCount: (count) => void exported('init_with_threads_count')(count),
      getThreadsCount: () => exported('get_threads_count')(),
      registerTensor: (id, size, memoryOffset) => void exported('register_tensor')(id, size, memoryOffset),
      disposeData: (id) => void exported('dispose_data')(id),
      dispose: () => void exported('dispose')(),
    },
  };
}
