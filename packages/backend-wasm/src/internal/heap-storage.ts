import { DataStorage } from '@tensorflow/tfjs-core';

/** A tensor's identity, as tfjs sees it, which carries the data of the storage that made it. */
export class CarryingId<T = unknown> {
  readonly storage: HeapStorage<T>;
  value: T | undefined = undefined;
  /** What tfjs' engine knows of the tensor. */
  engineInfo: object | undefined = undefined;

  constructor(storage: HeapStorage<T>) {
    this.storage = storage;
  }
}

/** tfjs' map from tensors to their data, where data of tensors that were made here need no look-up. Others lie in tfjs' map. */
export class HeapStorage<T> extends DataStorage<T> {
  #carried = 0;

  /** The identity of a new tensor, whose data are still to be set. */
  createId(): object {
    return new CarryingId(this);
  }

  override get(dataId: object): T {
    return (this.#isCarrying(dataId) ? dataId.value : undefined) ?? super.get(dataId);
  }

  override set(dataId: object, value: T): void {
    if (!this.#isCarrying(dataId)) {
      super.set(dataId, value);
      return;
    }
    this.#carried++;
    dataId.value = value;
  }

  override has(dataId: object): boolean {
    return this.#isCarrying(dataId) ? dataId.value !== undefined : super.has(dataId);
  }

  override delete(dataId: object): boolean {
    if (!this.#isCarrying(dataId)) return super.delete(dataId);
    this.#carried--;
    const had = dataId.value !== undefined;
    dataId.value = undefined;
    return had;
  }

  override numDataIds(): number {
    return super.numDataIds() + this.#carried;
  }

  #isCarrying(dataId: object): dataId is CarryingId<T> {
    return dataId instanceof CarryingId && dataId.storage === this;
  }
}
