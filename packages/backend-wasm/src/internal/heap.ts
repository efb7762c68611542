import { KumikoError } from '@kumiko/core';
import { abandonTape } from './abandon-tape.ts';

/** Emscripten's allocator, which owns the heap. */
export interface Allocator {
  /** A pointer to so many bytes, or 0 when there is no room. @param mayGrow whether the heap may grow for it; default true */
  malloc(bytes: number, mayGrow?: boolean): number;
  free(pointer: number): void;
}

const PAGE = 65536;
/** Tried in this order: phones refuse a maximum of 4 GiB. */
const MAXIMUM_PAGES = [65536, 32768, 16384] as const;
const INITIAL_PAGES = 256;
/** The most bytes that one piece of a heap may have: what a pointer reaches, less what allocators round up. */
export const LARGEST_PIECE = 2 ** 32 - 2 ** 20;

/**
 * The memory that all tensors live in, and views of it that are never stale:
 * after growth a memory has another buffer, whoever made it grow, and old views would end at the old size.
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  #buffer: ArrayBufferLike | undefined;
  #bytes = new Uint8Array(0) as Uint8Array<ArrayBufferLike>;
  #floats = new Float32Array(0) as Float32Array<ArrayBufferLike>;
  #ints = new Int32Array(0) as Int32Array<ArrayBufferLike>;

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
    this.shared = typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer;
  }

  get bytes(): Uint8Array<ArrayBufferLike> {
    this.#refresh();
    return this.#bytes;
  }

  get floats(): Float32Array<ArrayBufferLike> {
    this.#refresh();
    return this.#floats;
  }

  get ints(): Int32Array<ArrayBufferLike> {
    this.#refresh();
    return this.#ints;
  }

  #refresh(): void {
    const { buffer } = this.memory;
    if (buffer === this.#buffer) return;
    this.#buffer = buffer;
    this.#bytes = new Uint8Array(buffer);
    this.#floats = new Float32Array(buffer);
    this.#ints = new Int32Array(buffer);
  }
}

/** The largest memory this machine gives, with its limits. */
export function createMemory(shared: boolean): { memory: WebAssembly.Memory; maximum: number } {
  let cause: unknown;
  for (const maximum of MAXIMUM_PAGES) {
    try {
      return { memory: new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared }), maximum };
    } catch (error) {
      cause = error;
    }
  }
  throw new KumikoError(
    'wasm',
    'expected a WASM memory of up to 1 GiB, got a refusal by the machine. Free memory, or use another backend.',
    { cause },
  );
}

/**
 * The most bytes that a heap may have. Of 4 GiB the last 64 MiB stay out: no end of a piece is 0 then, and what tfjs' own code asks Emscripten's
 * allocator for, which is less, does not pass 4 GiB (see `boundAllocator`).
 */
export function heapLimit(maximumPages: number): number {
  return Math.min(maximumPages * PAGE, 2 ** 32 - 2 ** 26);
}

/**
 * Makes the heap at least `bytes` large: a fifth more than it was, at most 96 MiB more than asked, as Emscripten does.
 *
 * @returns whether it could
 */
export function growHeap(memory: WebAssembly.Memory, bytes: number, maximumPages: number): boolean {
  const limit = heapLimit(maximumPages);
  if (bytes > limit) return false;
  const old = memory.buffer.byteLength;
  for (const share of [0.2, 0.1, 0.05, 0]) {
    const wanted = Math.max(bytes, Math.min(old * (1 + share), bytes + 96 * 2 ** 20));
    const pages = Math.ceil((Math.min(limit, wanted) - old) / PAGE);
    try {
      memory.grow(Math.max(0, pages));
      return true;
    } catch {
      // The next try asks for less.
    }
  }
  return false;
}

/** Allocates, and says so when the heap is full; Emscripten would return the null pointer, and stock kernels would write there. */
export function allocate(allocator: Allocator, heap: Heap, bytes: number): number {
  const pointer = allocator.malloc(bytes) >>> 0;
  if (pointer !== 0) return pointer;
  abandonTape();
  const mebibytes = (value: number): string => (value < 2 ** 20 ? `${value} bytes` : `${(value / 2 ** 20).toFixed(0)} MiB`);
  throw new KumikoError(
    'wasm',
    `expected room for ${mebibytes(bytes)} on the WASM heap, got a heap of ${mebibytes(heap.memory.buffer.byteLength)} that has no such piece and cannot grow by one. ` +
      'Dispose tensors that are no longer needed (tf.tidy, tf.memory()), or use smaller batches.',
  );
}
