import type { Backend, BackendProvider } from '@kumiko/backend';
import { check } from '@kumiko/core';
import type { WasmOptions } from './wasm-options.ts';
import { refusalOfWasm } from './internal/wasm-features.ts';

/** Starting, so that two calls at once share one start. */
let starting: Promise<Backend> | undefined;

/**
 * TensorFlow.js' WASM backend, complete, on a heap that our own kernels and threads share. It needs no configuration:
 * no files to host and no cross-origin isolation (without it there is one thread).
 *
 * Registered as `wasm`. A second start is shared with the first, whose options stay: to change them, `await backend.dispose()` first. If tfjs'
 * own wasm backend already runs, it is adopted: its tensors stay, our kernels replace its own, one thread.
 *
 * @throws KumikoError when an option is out of range; at the start, when a thread that was asked for by number does not start, the machine
 * refuses the memory, `url` leads to another binary, or `deterministic` is asked of a backend that was started without it
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
  check(
    Number.isInteger(stallTimeout) && stallTimeout >= 1 && stallTimeout < 2 ** 31,
    'wasm',
    () => `expected stallTimeout as an integer in [1, 2^31) of milliseconds, got ${stallTimeout}. Leave it out for 30,000.`,
  );
  return {
    name: 'wasm',
    probe() {
      const reason = refusalOfWasm();
      return Promise.resolve(reason === undefined ? { supported: true } : { supported: false, reason });
    },
    async start() {
      starting ??= start(options).finally(() => {
        starting = undefined;
      });
      const backend = await starting;
      check(
        options.deterministic !== true || !backend.capabilities.relaxedSimd,
        'wasm',
        () => 'expected a deterministic backend, got one that runs already and is not. Dispose it first: await backend.dispose().',
      );
      return backend;
    },
  };
}

async function start(options: WasmOptions): Promise<Backend> {
  // Loaded here so that importing this package costs nothing and registers nothing.
  const { startBackend, startedBackend } = await import('./internal/start-backend.ts');
  return startedBackend() ?? (await startBackend(options));
}
