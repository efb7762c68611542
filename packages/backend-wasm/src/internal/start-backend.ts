import * as tf from '@tensorflow/tfjs-core';
import type { Backend } from '@kumiko/backend';
import { KumikoError } from '@kumiko/core';
// This import registers tfjs' kernels and its backend, which does not start by that.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { boundAllocator } from './bounded-allocator.ts';
import { carryTensorInfo } from './carried-tensor-info.ts';
import { createHost } from './create-host.ts';
import { decodeBase64 } from './decode-base64.ts';
import { HeapBackend } from './heap-backend.ts';
import { type Allocator, Heap, LARGEST_PIECE, createMemory, heapLimit } from './heap.ts';
import { attachWasmHost } from '../host.ts';
import { addComplexReads } from '../kernels/add-complex-reads.ts';
import { importMemory } from './import-memory.ts';
import { registerKernels } from './register-kernels.ts';
import { runningBackend } from './running-backend.ts';
import { isNode } from './start-thread.ts';
import { type StockModule, startStockModule } from './stock-module.ts';
import { hasRelaxedSimd, hasSharedMemory } from './wasm-features.ts';
import type { WasmOptions } from '../wasm-options.ts';

/** The pieces of tfjs' module that an adopted backend runs on. */
type RunningModule = StockModule & { readonly asm?: { readonly memory?: WebAssembly.Memory }; readonly wasmMemory?: WebAssembly.Memory };

interface Booted {
  readonly instance: BackendWasm;
  readonly heap: Heap;
  readonly allocator: Allocator;
  readonly maximumPages: number | undefined;
  readonly threads: number;
}

/** A started backend by tfjs' backend object, in every copy of this package. */
const STARTED = Symbol.for('kumiko.wasm.backend');

/** What {@link startBackend} made of a backend that runs, if it did. */
export function startedBackend(): Backend | undefined {
  return (runningBackend() as { readonly [STARTED]?: Backend } | undefined)?.[STARTED];
}

/** Boots tfjs' WASM backend on our heap and registers it, or adopts the one that already runs, with our kernels and threads on it. */
export async function startBackend(options: WasmOptions): Promise<Backend> {
  await settle();
  const running = runningBackend();
  const { instance, handle } = await equip(running === undefined ? await boot(options) : adopt(running), options);
  registerKernels();
  if (running === undefined) {
    let next: BackendWasm | undefined = instance;
    if (tf.findBackendFactory('wasm') !== null) tf.removeBackend('wasm');
    // The first instance is there already. After it was disposed (tf.engine().reset() does that) tfjs asks again, and gets a new one.
    const factory = (): BackendWasm | Promise<BackendWasm> => {
      const first = next;
      next = undefined;
      return first ?? boot(options).then(async (booted) => (await equip(booted, options)).instance);
    };
    tf.registerBackend('wasm', factory, 3);
    await tf.setBackend('wasm');
  }
  return handle;
}

/** Puts our kernels, threads and host on a booted backend. */
async function equip(
  { instance, heap, allocator, maximumPages, threads }: Booted,
  options: WasmOptions,
): Promise<{ instance: BackendWasm; handle: Backend }> {
  const relaxedSimd = options.deterministic !== true && hasRelaxedSimd();
  const [kernels, lanes] = relaxedSimd
    ? await Promise.all([import('../generated/kernels-relaxed.ts'), import('../generated/lanes-relaxed.ts')])
    : await Promise.all([import('../generated/kernels-simd.ts'), import('../generated/lanes-simd.ts')]);
  const { host, stop } = await createHost({
    heap,
    maximumPages,
    relaxedSimd,
    threads,
    threadsRequired: typeof options.threads === 'number',
    stallTimeout: options.stallTimeout ?? 30_000,
    maySleep: isNode(),
    allocator,
    kernels: () => decodeBase64(kernels.base64),
    lanes: () => decodeBase64(lanes.base64),
    backend: () => instance,
  });
  attachWasmHost(instance, host);
  addComplexReads(instance);
  const handle: Backend = {
    name: 'wasm',
    host,
    capabilities: {
      simd: true,
      relaxedSimd,
      threads: host.threads,
      f16: false,
      subgroups: false,
      maxBufferBytes: Math.min(heapLimit(maximumPages ?? 65536), LARGEST_PIECE),
    },
    async dispose() {
      await stop();
      if (runningBackend() === instance) tf.removeBackend('wasm');
    },
  };
  const disposeStock = instance.dispose.bind(instance);
  instance.dispose = () => {
    void stop();
    disposeStock();
  };
  Object.defineProperty(instance, STARTED, { value: handle });
  return { instance, handle };
}

/** Waits for a start of tfjs' own backend that is under way; its failure is its starter's to see. */
async function settle(): Promise<void> {
  const { pendingBackendInit } = tf.engine() as unknown as { pendingBackendInit?: Promise<boolean> };
  await pendingBackendInit?.catch(() => false);
}

function threadCount({ threads = 'auto' }: WasmOptions): number {
  if (!hasSharedMemory()) return 1;
  if (threads !== 'auto') return threads;
  const cores = isNode() ? globalThis.process.getBuiltinModule('node:os').availableParallelism() : navigator.hardwareConcurrency;
  return Math.min(Math.max(1, cores), 16);
}

async function boot(options: WasmOptions): Promise<Booted> {
  const { url } = options;
  const threads = threadCount(options);
  const shared = threads > 1;
  const { memory, maximum } = createMemory(shared);
  const heap = new Heap(memory);
  const bytes = url === undefined ? decodeBase64((await import('../generated/tfjs-simd.ts')).base64) : await fetchBytes(url);
  const limits = { initial: memory.buffer.byteLength / 65536, maximum, shared };
  try {
    const binary = await WebAssembly.compile(importMemory(bytes, limits));
    const module = await startStockModule(binary, heap, maximum);
    carryTensorInfo();
    return { instance: new HeapBackend(module), heap, allocator: allocatorOf(module), maximumPages: maximum, threads };
  } catch (cause) {
    if (cause instanceof KumikoError) throw cause;
    const got = `one that does not start (${String(cause)})`;
    throw new KumikoError('wasm', `expected the WASM binary of tfjs-backend-wasm 4.22.0, got ${got}. Check the wasm({ url }) option.`, {
      cause,
    });
  }
}

/** @throws KumikoError when there is nothing to be had */
async function fetchBytes(url: string | URL): Promise<Uint8Array> {
  const href = String(url);
  const missing = (got: string, cause?: unknown): KumikoError =>
    new KumikoError('wasm', `expected tfjs-backend-wasm-simd.wasm at ${href}, got ${got}. Check the wasm({ url }) option.`, { cause });
  try {
    if (href.startsWith('file:') && isNode()) return await globalThis.process.getBuiltinModule('node:fs/promises').readFile(new URL(href));
    const response = await fetch(href);
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    throw missing(`HTTP ${response.status}`);
  } catch (cause) {
    throw cause instanceof KumikoError ? cause : missing(String(cause), cause);
  }
}

function allocatorOf({ _malloc: malloc, _free: free }: StockModule): Allocator {
  return { malloc, free };
}

function adopt(instance: BackendWasm): Booted {
  const module = instance.wasm as unknown as RunningModule;
  const memory = module.asm?.memory ?? module.wasmMemory;
  if (!(memory instanceof WebAssembly.Memory)) {
    throw new KumikoError(
      'wasm',
      "expected tfjs-backend-wasm 4.22.0 as the running wasm backend, got one without a memory. Call selectBackend([wasm()]) before tf.setBackend('wasm').",
    );
  }
  console.warn(
    "Kumiko adopted the wasm backend that was already running: one thread. For all threads, call selectBackend([wasm()]) before tf.setBackend('wasm') or tf.ready().",
  );
  const heap = new Heap(memory);
  // Emscripten's own.
  const allocator = boundAllocator(allocatorOf(module));
  return { instance, heap, allocator, maximumPages: 65536, threads: 1 };
}
