/** @internal */
import * as tf from '@tensorflow/tfjs-core';
import { type EngineBookkeeping, type HeapBackend, renewTensor } from './heap-tensors.ts';
import type { ValueInfo } from './program.ts';

/** A caller that keeps more results than that gets tensors of its own. */
const MOST_PIECES = 4;

/** Memory for one result: a piece that the caller has disposed serves again, so that a loop allocates nothing. */
export class ResultPool {
  readonly #backend: HeapBackend;
  readonly #info: ValueInfo;
  readonly #data: object[] = [];

  constructor(backend: HeapBackend, info: ValueInfo) {
    this.#backend = backend;
    this.#info = info;
  }

  /** Data that nobody but the pool refers to, or that are the caller's own. */
  take(): { readonly dataId: object; readonly owned: boolean } {
    const free = this.#data.find((dataId) => this.#backend.refCount(dataId) === 1);
    if (free !== undefined) {
      renewTensor(this.#backend, free);
      return { dataId: free, owned: false };
    }
    const { dataId } = this.#backend.makeOutput(this.#info.shape, this.#info.dtype);
    const owned = this.#data.length >= MOST_PIECES;
    if (!owned) this.#data.push(dataId);
    return { dataId, owned };
  }

  dispose(): void {
    const engine = tf.engine() as unknown as EngineBookkeeping;
    for (const dataId of this.#data) if (this.#backend.disposeData(dataId)) engine.removeDataId(dataId, this.#backend);
    this.#data.length = 0;
  }
}
