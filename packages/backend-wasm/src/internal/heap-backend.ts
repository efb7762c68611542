import { engine, util } from '@tensorflow/tfjs-core';
import type { backend_util, DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { HeapStorage } from './heap-storage.ts';
import type { StockModule } from './stock-module.ts';

/** What tfjs' kernels find about a tensor. tfjs' WASM code learns of it when one of them asks for its number there. */
export class HeapData {
  readonly memoryOffset: number;
  readonly shape: number[];
  dtype: DataType;
  refCount: number;
  readonly stringBytes: Uint8Array[] | undefined;
  readonly #backend: HeapBackend;
  #id = 0;

  constructor(backend: HeapBackend, memoryOffset: number, shape: number[], dtype: DataType, refCount: number, stringBytes?: Uint8Array[]) {
    this.#backend = backend;
    this.memoryOffset = memoryOffset;
    this.shape = shape;
    this.dtype = dtype;
    this.refCount = refCount;
    this.stringBytes = stringBytes;
  }

  get id(): number {
    if (this.#id === 0) this.#id = this.#backend.register(this);
    return this.#id;
  }

  set id(id: number) {
    this.#id = id;
  }

  /** Gives back what there is of the tensor outside JavaScript. */
  release({ _free: free, tfjs }: StockModule): void {
    if (this.dtype !== 'string') free(this.memoryOffset);
    if (this.#id !== 0) tfjs.disposeData(this.#id);
  }
}

/**
 * tfjs' WASM backend with bookkeeping that costs less for each tensor: its data hang on its identity, and tfjs' WASM code is told of it only
 * if a kernel of tfjs' own comes upon it.
 */
export class HeapBackend extends BackendWasm {
  // tfjs' name and type, for kernels of tfjs and the engine.
  override dataIdMap: BackendWasm['dataIdMap'];
  readonly #storage: HeapStorage<HeapData>;
  readonly #module: StockModule;

  constructor(module: StockModule) {
    super(module as unknown as BackendWasm['wasm']);
    this.#module = module;
    this.#storage = new HeapStorage<HeapData>(this, engine());
    this.dataIdMap = this.#storage as unknown as BackendWasm['dataIdMap'];
  }

  override write(values: backend_util.BackendValues | null, shape: number[], dtype: DataType): object {
    const dataId = this.#storage.createId();
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(dataId: object, values: backend_util.BackendValues | null, shape: number[], dtype: DataType, refCount: number): void {
    if (dtype === 'string') {
      this.#storage.set(dataId, new HeapData(this, 0, shape, dtype, refCount, values as Uint8Array[]));
      return;
    }
    const bytes = util.sizeFromShape(shape) * util.bytesPerElement(dtype);
    const memoryOffset = this.#module._malloc(bytes) >>> 0;
    this.#storage.set(dataId, new HeapData(this, memoryOffset, shape, dtype, refCount));
    if (values === null || values === undefined) return;
    const { buffer, byteOffset } = values as backend_util.TypedArray;
    this.#module.HEAPU8.set(new Uint8Array(buffer, byteOffset, bytes), memoryOffset);
  }

  override makeOutput(shape: number[], dtype: DataType, memoryOffset?: number, values?: backend_util.BackendValues): TensorInfo {
    if (memoryOffset === undefined || memoryOffset === null) return { dataId: this.write(values ?? null, shape, dtype), shape, dtype };
    const dataId = this.#storage.createId();
    this.#storage.set(dataId, new HeapData(this, memoryOffset, shape, dtype, 1));
    return { dataId, shape, dtype };
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.#storage.has(dataId)) return true;
    const data = this.#storage.get(dataId);
    data.refCount--;
    if (!force && data.refCount > 0) return false;
    data.release(this.#module);
    this.#storage.delete(dataId);
    return true;
  }

  /** Tells tfjs' WASM code of a tensor, and returns its number there. */
  register({ shape, memoryOffset }: HeapData): number {
    const id = (this as unknown as { dataIdNextNumber: number }).dataIdNextNumber++;
    this.#module.tfjs.registerTensor(id, util.sizeFromShape(shape), memoryOffset);
    return id;
  }
}
