import { check } from '@kumiko/core';

/** A WASM module on the backend's heap, present on every thread of its pool. */
export interface WasmModule {
  /**
   * Runs parts 0 to `tasks - 1` of the exported function `entry(task: i32, tasks: i32, ...args)` on all threads and returns when all are done.
   * Parts are claimed as threads come free and must write disjoint memory, so that neither the order nor the thread count shows in the result:
   * derive `tasks` from the problem's shape alone.
   *
   * @param tasks an integer in [0, 2^31); 0 runs nothing
   * @param args pointers and integers (as numbers in [-2^31, 2^32)) and floats, at most 48
   * @throws KumikoError when `tasks` is not one, or when a thread died
   */
  parallel(entry: string, tasks: number, args: readonly number[]): void;
  /**
   * Runs `entry(thread: i32, threads: i32, maySleep: i32, stallTimeout: i32, ...args)` once for every thread and returns when all came back.
   * The entry divides its work by itself, so that one that comes late finds nothing to do; it may sleep only where `maySleep` is 1, and
   * gives up when nothing has happened for `stallTimeout` milliseconds.
   *
   * @throws KumikoError when a thread died
   */
  walk(entry: string, args: readonly number[]): void;
  /** Names the module in another module's imports: `(import "<importName>" "<entry>" (func ...))`. */
  readonly importName: string;
  /** The type of an entry's parameters, `task` and `tasks` included. @throws KumikoError when there is no such entry */
  parameters(entry: string): readonly WasmType[];
}

/** The type of a WASM value. */
export type WasmType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** An index that is out of bounds. */
export interface IndexFault {
  readonly index: number;
  /** How many places there are: indices go from 0 to one less. */
  readonly places: number;
}

/** How ops and the compiler reach a WASM backend without importing it. */
export interface WasmHost extends WasmModule {
  /** The heap that holds every tensor; shared with the threads where `threads > 1`. It grows: never keep a view of its buffer across calls. */
  readonly memory: WebAssembly.Memory;
  /** Threads that take part in {@link WasmModule.parallel}, the caller included. */
  readonly threads: number;
  /**
   * Factor on the least work that repays a part: 1 where JavaScript hands parts out, less where a body is replayed for a program whose threads
   * are inside already. For work whose bits do not depend on how many parts it has.
   */
  readonly grain: number;
  /** Whether relaxed SIMD instructions may be used: not in deterministic mode, nor where the machine lacks them. */
  readonly relaxedSimd: boolean;
  /**
   * The functions of one value. Entries `(x: v128) -> v128` of four floats, named like tfjs' kernels (`Sin`), are for emitted code to import;
   * JavaScript cannot call them. Those with a small first letter (`sin`) run the same function over arrays: `(x, y, size)`.
   */
  readonly lanes: WasmModule;
  /** Bytes on the heap, 16-byte aligned. @throws KumikoError when the heap cannot grow */
  alloc(bytes: number): number;
  /** Gives bytes back. */
  free(pointer: number): void;
  /** Where a tensor's data lie on the heap. */
  pointer(dataId: object): number;
  /**
   * Writes numbers that follow from shapes and attributes alone. A kernel whose body reaches the heap through this and {@link WasmModule.parallel}
   * only is replayed by compiled programs; one that reads or writes it as an array is called anew each time.
   */
  write(pointer: number, values: Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>): void;
  /**
   * Three words on the heap, 0 at first, in which an entry notes an index out of bounds: 1, the index and the number of places. The entry goes
   * on with something harmless; a compiled program stops behind its stage.
   */
  readonly faults: number;
  /** What was noted since the last call. In a body that is being replayed nothing was, as nothing is computed. */
  takeFault(): IndexFault | undefined;
  /** The heap as bytes, valid until the next allocation. */
  bytes(): Uint8Array<ArrayBufferLike>;
  /** The heap as floats, valid until the next allocation; index with `pointer >>> 2`. */
  floats(): Float32Array<ArrayBufferLike>;
  /** The heap as 32-bit integers, valid until the next allocation; index with `pointer >>> 2`. */
  ints(): Int32Array<ArrayBufferLike>;
  /**
   * Puts a module onto the heap and every thread. It may import `env.memory` and, by their {@link WasmModule.importName}, entries of modules
   * that stay at least as long; it must hold no static data.
   *
   * @param name says whose module it is; a second call with the same name returns the first module
   * @throws KumikoError when there are 1,024 modules already
   */
  instantiate(name: string, bytes: () => Uint8Array<ArrayBuffer>): WasmModule;
  /** Takes a module off the heap; it must not be used afterwards, and its name is free again. */
  release(name: string): void;
}

/** On the backend itself, so that every copy of this package finds the same host. */
const HOST = Symbol.for('kumiko.wasm.host');

/**
 * The host of a backend, if it has one: how an op reaches the heap without importing the package that made it.
 *
 * @param backend tfjs' backend object, for example what a kernel is called with, or `tf.backend()`
 * @example
 * findWasmHost(tf.backend()) === undefined; // true
 */
export function findWasmHost(backend: object): WasmHost | undefined {
  return (backend as { [HOST]?: WasmHost })[HOST];
}

/**
 * The host of a WASM backend that was started through `selectBackend`.
 *
 * @param backend tfjs' backend object, for example what a kernel is called with
 * @throws KumikoError when the backend has no host
 * @example
 * wasmHost(tf.backend()); // throws KumikoError
 */
export function wasmHost(backend: object): WasmHost {
  const host = findWasmHost(backend);
  check(
    host !== undefined,
    'wasmHost',
    () => 'expected a backend that wasm() started, got another one. Start it with selectBackend([wasm()]).',
  );
  return host;
}

/**
 * Puts a host on a backend, for the package that starts it.
 *
 * @internal
 */
export function attachWasmHost(backend: object, host: WasmHost): void {
  Object.defineProperty(backend, HOST, { value: host });
}
