import type * as tf from '@tensorflow/tfjs-core';
import { wasmHost } from '@kumiko/backend';
import { base64 } from '../generated/ops-simd.ts';

/** The part of tfjs' wasm backend that a kernel needs. */
interface HeapBackend {
  makeOutput(shape: readonly number[], dtype: tf.DataType): tf.TensorInfo;
  disposeData(dataId: object): boolean;
}

/** What the body of a kernel on the WASM heap is called with. */
export interface HeapCall<A> {
  readonly attributes: A;
  /** Where an input's values lie. */
  readonly pointer: (input: string) => number;
  /** The input itself, for its shape. */
  readonly input: (input: string) => tf.TensorInfo;
  /** Allocates the output and says where it lies. */
  readonly output: (shape: readonly number[], dtype: tf.DataType) => { readonly info: tf.TensorInfo; readonly pointer: number };
  /** Runs an entry of the module on all threads, in as many parts as the count of elements asks for. */
  readonly run: (entry: string, parts: number, args: readonly number[]) => void;
  /** Lends a piece of the heap while `use` runs. It holds whatever was there before. */
  readonly withScratch: (bytes: number, use: (pointer: number) => void) => void;
}

/** Elements in a part: a few tens of microseconds of work. Fixed, so that a result does not depend on the thread count. */
const PART = 16384;

/** Parts to split elementwise work into. */
export function partsOf(count: number): number {
  return Math.max(1, Math.ceil(count / PART));
}

/** A family of kernels with a generated module of its own. */
export interface OpModule {
  /** Unique among all modules on a heap, with the prefix `kumiko-`. */
  readonly name: string;
  /** The generated binary. */
  readonly base64: string;
}

const randomModule: OpModule = { name: 'kumiko-ops', base64 };

/**
 * A kernel for tfjs' backend `wasm` from a body that calls entries of one module, which is put on the heap at the first call.
 *
 * @param body makes the output
 * @param family whose entries it runs; those of random numbers if left out
 * @throws KumikoError, when it runs, on a wasm backend that has no host
 */
export function wasmBody<A>(body: (call: HeapCall<A>) => tf.TensorInfo, family: OpModule = randomModule): tf.KernelFunc {
  const bytes = (): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(family.base64), (character) => character.charCodeAt(0));
  return ({ inputs, attrs, backend }) => {
    const host = wasmHost(backend as object);
    const module = host.instantiate(family.name, bytes);
    const input = (name: string): tf.TensorInfo => inputs[name] as tf.TensorInfo;
    const made: tf.TensorInfo[] = [];
    try {
      return body({
        attributes: attrs as unknown as A,
        input,
        pointer: (name) => host.pointer(input(name).dataId),
        output(shape, dtype) {
          const info = (backend as HeapBackend).makeOutput(shape, dtype);
          made.push(info);
          return { info, pointer: host.pointer(info.dataId) };
        },
        run: (entry, parts, args) => module.parallel(entry, parts, args),
        withScratch(bytes, use) {
          const scratch = host.alloc(bytes);
          try {
            use(scratch);
          } finally {
            host.free(scratch);
          }
        },
      });
    } catch (error) {
      // No tensor refers to what was made.
      for (const { dataId } of made) (backend as HeapBackend).disposeData(dataId);
      throw error;
    }
  };
}
