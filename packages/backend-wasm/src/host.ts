import type { KernelBackend } from '@tensorflow/tfjs-core';
import type { WasmHost } from '@kumiko/backend';
import { KumikoError } from '@kumiko/core';

/** On the backend itself, so that every copy of this package finds the same host. */
const HOST = Symbol.for('kumiko.wasm.host');

/** The host of a WASM backend that {@link wasm} started or adopted. @throws KumikoError when it was not */
export function wasmHost(backend: object): WasmHost {
  const host = findWasmHost(backend);
  if (host === undefined) throw new KumikoError('wasm', "expected a backend that wasm() started, got another one. Start it with selectBackend([wasm()]).");
  return host;
}

/** The host of a backend, if it has one. */
export function findWasmHost(backend: object): WasmHost | undefined {
  return (backend as { [HOST]?: WasmHost })[HOST];
}

/** Puts a host on a backend. */
export function attachWasmHost(backend: KernelBackend, host: WasmHost): void {
  Object.defineProperty(backend, HOST, { value: host });
}
