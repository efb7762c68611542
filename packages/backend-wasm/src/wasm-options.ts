/** Options of `wasm`. */
export interface WasmOptions {
  /** Threads that take part in a kernel, the calling one included: an integer in [1, 32], or `auto` for one a core, at most 16, and for one in all where workers are not allowed. Default `auto`. One where the heap cannot be shared. */
  readonly threads?: number | 'auto';
  /** The same bits for any machine: no relaxed instructions. (Any thread count gives the same bits in any case.) Default false. */
  readonly deterministic?: boolean;
  /** Where to fetch `tfjs-backend-wasm-simd.wasm` of tfjs-backend-wasm 4.22.0, instead of the copy in this package. */
  readonly url?: string | URL;
  /** Milliseconds without progress after which a thread counts as dead: an integer in [1, 2^31). Default 30,000. */
  readonly stallTimeout?: number;
}
