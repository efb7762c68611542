import { engine, util } from '@tensorflow/tfjs-core';
import type { backend_util, DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { KumikoError } from '@kumiko/core';
import { abandonTape } from './abandon-tape.ts';
import { HeapStorage } from './heap-storage.ts';
import type { StockModule } from './stock-module.ts';

const MOST_ELEMENTS = 2 ** 31 - 1;

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
  /** References that the kernels which run have taken so far: to what they made, and to inputs that they share. */
  readonly #taken: (object | undefined)[] = [];
  #takenCount = 0;
  #running = 0;

  constructor(module: StockModule) {
    super(module as unknown as BackendWasm['wasm']);
    this.#module = module;
    this.#storage = new HeapStorage<HeapData>(this, { moveData: (_backend, dataId) => this.#fetch(dataId) });
    this.dataIdMap = this.#storage as unknown as BackendWasm['dataIdMap'];
  }

  /** Begins a kernel, for {@link undo} to know what it took. */
  enter(): number {
    this.#running++;
    return this.#takenCount;
  }

  /** Gives back what a kernel that threw has made since it began, so that the heap is as it was. */
  undo(first: number): void {
    for (const dataId of this.#taken.slice(first, this.#takenCount)) if (dataId !== undefined) this.disposeData(dataId);
    abandonTape();
  }

  /** Ends a kernel. */
  leave(): void {
    if (--this.#running === 0) this.#takenCount = 0;
  }

  override write(values: backend_util.BackendValues | null, shape: number[], dtype: DataType): object {
    const dataId = this.#storage.createId();
    this.move(dataId, values, shape, dtype, 1);
    this.#note(dataId);
    return dataId;
  }

  override move(dataId: object, values: backend_util.BackendValues | null, shape: number[], dtype: DataType, refCount: number): void {
    if (dtype === 'string') {
      this.#storage.set(dataId, new HeapData(this, 0, shape, dtype, refCount, values as Uint8Array[]));
      return;
    }
    const bytes = util.sizeFromShape(shape) * util.bytesPerElement(dtype);
    // Only tensors of single bytes can have more elements than that; kernels count in 32 bits.
    if (bytes > MOST_ELEMENTS && dtype === 'bool') refuse(bytes);
    const source = values === null || values === undefined ? undefined : bytesOf(values as backend_util.TypedArray, bytes);
    const memoryOffset = this.#module._malloc(bytes) >>> 0;
    this.#storage.set(dataId, new HeapData(this, memoryOffset, shape, dtype, refCount));
    if (source !== undefined) this.#module.HEAPU8.set(source, memoryOffset);
  }

  override makeOutput(shape: number[], dtype: DataType, memoryOffset?: number, values?: backend_util.BackendValues): TensorInfo {
    if (memoryOffset === undefined || memoryOffset === null) return { dataId: this.write(values ?? null, shape, dtype), shape, dtype };
    const dataId = this.#storage.createId();
    this.#storage.set(dataId, new HeapData(this, memoryOffset, shape, dtype, 1));
    this.#note(dataId);
    return { dataId, shape, dtype };
  }

  override incRef(dataId: object): void {
    super.incRef(dataId);
    this.#note(dataId);
  }

  override disposeData(dataId: object, force = false): boolean {
    if (this.#running > 0) this.#forget(dataId);
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

  #note(dataId: object): void {
    if (this.#running > 0) this.#taken[this.#takenCount++] = dataId;
  }

  #forget(dataId: object): void {
    for (let i = this.#takenCount - 1; i >= 0; i--)
      if (this.#taken[i] === dataId) {
        this.#taken[i] = undefined;
        return;
      }
  }

  /** Has the engine move a tensor here, if there is room: the engine gives the tensor up where it was before it asks for memory here. */
  #fetch(dataId: object): void {
    const { state } = engine() as unknown as EngineState;
    const { shape, dtype } = state.tensorInfo.get(dataId) ?? {};
    if (shape !== undefined && dtype !== undefined && dtype !== 'string')
      this.#module._free(this.#module._malloc(util.sizeFromShape(shape) * util.bytesPerElement(dtype)));
    engine().moveData(this, dataId);
  }
}

/** What the engine knows of tensors. */
interface EngineState {
  readonly state: { readonly tensorInfo: WeakMap<object, { readonly shape?: number[]; readonly dtype?: DataType }> };
}

function bytesOf({ buffer, byteOffset }: backend_util.TypedArray, bytes: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset, bytes);
}

function refuse(elements: number): never {
  throw new KumikoError('wasm', `expected a tensor of at most ${MOST_ELEMENTS} elements, got one of ${elements}. Cut it into parts.`);
}
