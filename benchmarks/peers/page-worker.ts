import { resolveObjectURL } from 'node:buffer';
import { Worker as NodeWorker } from 'node:worker_threads';

/** What a worker of a page finds around it, in terms of Node's. */
const prelude = `
const { parentPort } = require('node:worker_threads');
globalThis.self = globalThis;
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on('message', (data) => self.onmessage({ data }));
`;

/** As much of a page's `Worker` as jax-js uses, on a thread of Node: a script from a blob, and messages both ways. */
export class PageWorker {
  onmessage: ((event: { data: unknown }) => void) | undefined;
  onerror: ((event: { message: string }) => void) | undefined;
  readonly #worker: Promise<NodeWorker>;

  constructor(url: string) {
    // The blob is fetched now, since its address may be revoked once the worker has started.
    const source = resolveObjectURL(url)?.text() ?? Promise.reject(new Error(`PageWorker: expected the address of a blob, got ${url}.`));
    this.#worker = source.then((text) => {
      const worker = new NodeWorker(prelude + text, { eval: true });
      worker.on('message', (data) => this.onmessage?.({ data }));
      worker.on('error', (error) => this.onerror?.({ message: String(error) }));
      worker.unref();
      return worker;
    });
    this.#worker.catch((error: unknown) => this.onerror?.({ message: String(error) }));
  }

  postMessage(message: unknown): void {
    void this.#worker.then((worker) => worker.postMessage(message));
  }
}
