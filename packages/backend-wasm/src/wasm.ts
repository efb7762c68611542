import type { Backend, BackendProvider } from '@kumiko/backend';
import { check } from '@kumiko/core';
import type { WasmOptions } from './wasm-options.ts';
import { hasSimd } from './internal/wasm-features.ts';

/** Starting, so that two calls at once share one start. */
let starting: Promise<Backend> | undefined;

/**
 * TensorFlow.js' WASM backend, complete, on a heap that our own kernels and threads share. It needs no configuration:
 * no files to host and no cross-origin isolation (without it there is one thread).
 *
 * Registered as `wasm`. A second start is shared with the first. If tfjs' own wasm backend already runs, it is adopted:
 * its tensors stay, our kernels replace its own, one thread.
 *
 * @throws KumikoError when an option is out of range; at the start, when a thread does not start or the machine refuses the memory
 * @example
 * import { selectBackend } from '@kumiko/backend';
 * const backend = await selectBackend([wasm({ threads: 1 })]);
 * backend.name; // 'wasm'
 */
export function wasm(options: WasmOptions = {}): BackendProvider {
  const { threads = 'auto', stallTimeout = 30_000 } = options;
  const validThreads = threads === 'auto' || (Number.isInteger(threads) && threads >= 1 && threads <= 32);
  check(
    validThreads,
    'wasm',
    () => `expected threads 'auto' or an integer in [1, 32], got ${String(threads)}. Pass for example { threads: 2 }.`,
  );
  check(stallTimeout > 0, 'wasm', () => `expected stallTimeout > 0 ms, got ${stallTimeout}. Leave it out for 30,000.`);
  return {
    name: 'wasm',
    probe: () => Promise.resolve(hasSimd() ? { supported: true } : { supported: false, reason: 'this machine runs no WebAssembly SIMD' }),
    async start() {
      starting ??= start(options).finally(() => {
        starting = undefined;
      });
      return await starting;
    },
  };
}

async function start(options: WasmOptions): Promise<Backend> {
  // Loaded here so that importing this package costs nothing and registers nothing.
  const { startBackend, startedBackend } = await import('./internal/start-backend.ts');
  return startedBackend() ?? (await startBackend(options));
}
