import { KumikoError } from '@kumiko/core';
import type { WorkerStart } from './thread-control.ts';

/** A running worker. */
export interface ThreadHandle {
  stop(): Promise<void>;
}

const START_TIMEOUT = 20_000;

/**
 * Starts a worker from its program text, in Node and in pages, and resolves when it has reported.
 *
 * @param onLost told why, when the worker ends without being stopped
 * @throws KumikoError when there is no such worker to be had, or it does not report
 */
export function startThread(source: string, start: WorkerStart, onLost: (reason: string) => void): Promise<ThreadHandle> {
  const refusal = (reason: string): KumikoError => {
    const fix = 'Allow workers (CSP worker-src blob:), or pass wasm({ threads: 1 }).';
    return new KumikoError('wasm threads', `expected thread ${start.index + 1} to start, got ${reason.replace(/\.$/, '')}. ${fix}`);
  };
  let worker: AnyWorker;
  try {
    worker = isNode() ? nodeWorker(source) : pageWorker(source);
  } catch (error) {
    return Promise.reject(refusal(String(error)));
  }
  return new Promise((resolve, reject) => {
    let stopping = false;
    let ready = false;
    const fail = (reason: string): void => {
      if (stopping) return;
      if (ready) {
        onLost(reason);
        return;
      }
      clearTimeout(timer);
      stopping = true;
      void worker.terminate();
      reject(refusal(reason));
    };
    const timer = setTimeout(() => fail(`no answer within ${START_TIMEOUT / 1000} seconds`), START_TIMEOUT);
    worker.on(() => {
      clearTimeout(timer);
      ready = true;
      resolve({
        async stop() {
          stopping = true;
          await worker.terminate();
        },
      });
    }, fail);
    worker.postMessage(start);
  });
}

interface AnyWorker {
  postMessage(message: unknown): void;
  terminate(): unknown;
  on(ready: () => void, ended: (reason: string) => void): void;
}

/** Whether this is Node (or a runtime with its worker threads) and not a page. */
export function isNode(): boolean {
  return typeof globalThis.process?.getBuiltinModule === 'function';
}

function nodeWorker(source: string): AnyWorker {
  const { Worker } = globalThis.process.getBuiltinModule('node:worker_threads');
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), { name: 'kumiko-wasm' });
  return {
    postMessage: (message) => worker.postMessage(message),
    terminate: () => worker.terminate(),
    on(ready, ended) {
      worker.once('message', () => {
        // From here on an idle worker must not keep the process alive.
        worker.unref();
        ready();
      });
      worker.once('error', (error) => ended(String(error)));
      worker.once('exit', (code) => ended(`exit code ${code}`));
    },
  };
}

function pageWorker(source: string): AnyWorker {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url, { name: 'kumiko-wasm' });
  return {
    postMessage: (message) => worker.postMessage(message),
    terminate: () => worker.terminate(),
    on(ready, ended) {
      worker.addEventListener(
        'message',
        () => {
          URL.revokeObjectURL(url);
          ready();
        },
        { once: true },
      );
      worker.addEventListener(
        'error',
        (event) => {
          URL.revokeObjectURL(url);
          ended(event.message || 'an error while loading');
        },
        { once: true },
      );
    },
  };
}
