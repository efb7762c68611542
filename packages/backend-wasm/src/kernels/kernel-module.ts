import type { WasmHost, WasmModule } from '@kumiko/backend';
import { decodeBase64 } from '../internal/decode-base64.ts';

/**
 * A family of our kernels that has a WASM module of its own, put on the heap and the threads at its first use.
 *
 * @param name unique among all modules on the heap, with the prefix `kumiko-`
 * @param base64 of the generated module
 * @returns the module on a host
 */
export function kernelModule(name: string, base64: string): (host: WasmHost) => WasmModule {
  const bytes = (): Uint8Array<ArrayBuffer> => decodeBase64(base64);
  return (host) => host.instantiate(name, bytes);
}
