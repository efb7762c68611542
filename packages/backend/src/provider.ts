import type { WasmHost } from './wasm-host.ts';

/** What a running backend offers beyond tfjs' own interface. */
export interface Capabilities {
  /** 128-bit vectors. */
  readonly simd: boolean;
  /** Fused multiply-add and integer dot products whose last bit may depend on the machine. */
  readonly relaxedSimd: boolean;
  /** Threads that take part in a kernel, the calling one included. */
  readonly threads: number;
  /** 16-bit floats in shaders. */
  readonly f16: boolean;
  /** Subgroup operations in shaders. */
  readonly subgroups: boolean;
  /** Largest tensor in bytes. */
  readonly maxBufferBytes: number;
}

/** Whether a backend can run here; one that cannot says why. */
export type Support = { readonly supported: true } | { readonly supported: false; readonly reason: string };

/** A started backend. */
export interface Backend {
  /** The name tfjs knows it by. */
  readonly name: string;
  readonly capabilities: Capabilities;
  /** How ops and the compiler reach the heap or the device; absent on backends without one. */
  readonly host?: WasmHost;
  /** Stops threads, frees memory and removes the backend from tfjs. Its tensors are lost. */
  dispose(): Promise<void>;
}

/** Something that can be asked for in {@link selectBackend}. Anybody can publish one. */
export interface BackendProvider {
  readonly name: string;
  /** Says whether the backend can run here, without starting it. */
  probe(): Promise<Support>;
  /** Starts it and registers it with tfjs; a second start is shared. */
  start(): Promise<Backend>;
}
