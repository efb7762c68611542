/** @internal How this package's kernels reach the heap; `@kumiko/backend` exports it. */
export { attachWasmHost, wasmHost } from '@kumiko/backend';
