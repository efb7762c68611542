/** A function that multiplies two vectors. */
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
/** A function with a relaxed swizzle. */
const RELAXED_SIMD = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11,
];

function valid(bytes: readonly number[]): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(Uint8Array.from(bytes));
}

/** Why our kernels cannot run here, if they cannot. */
export function refusalOfWasm(): string | undefined {
  if (!valid(SIMD)) return 'this machine runs no WebAssembly SIMD';
  try {
    // A page's policy does not show in `validate`.
    void new WebAssembly.Module(Uint8Array.from(SIMD));
    return undefined;
  } catch {
    return "this page may not compile WebAssembly: its content security policy needs script-src 'wasm-unsafe-eval'";
  }
}

/** Whether relaxed vector instructions run here. */
export function hasRelaxedSimd(): boolean {
  return valid(RELAXED_SIMD);
}

/** Whether a heap can be shared with threads: in Node, and in pages that are cross-origin isolated. */
export function hasSharedMemory(): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && (globalThis.crossOriginIsolated ?? true);
}
