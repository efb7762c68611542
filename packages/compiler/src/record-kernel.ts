/** @internal */
import * as tf from '@tensorflow/tfjs-core';
import { type WasmHost, type WasmModule, attachWasmHost } from '@kumiko/backend';
import { type Argument, type NativeCall, type Target, isAddress } from './native-call.ts';
import type { ValueInfo } from './program.ts';

/** An input of a kernel: what it is and the buffer that it lies in. */
export interface KernelInput extends ValueInfo {
  readonly buffer: number;
}

/** What a kernel would do: calls on buffers, of which it may have asked for new ones. */
export interface RecordedKernel {
  readonly calls: readonly NativeCall[];
  /** The buffers that its outputs lie in: new ones, or those of inputs. */
  readonly outputs: readonly number[];
  /** Sizes in bytes of the new buffers, which are numbered from `firstBuffer`. */
  readonly made: readonly number[];
  /** What the buffers after those hold from the start. */
  readonly constants: readonly ConstantValues[];
}

/** Numbers that a kernel puts into memory by itself. */
export type ConstantValues = Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/** Says why a kernel cannot be replayed. */
class NotReplayable extends Error {}

type NamedInputs = Readonly<Record<string, KernelInput | null>> | readonly KernelInput[];

/** Where the made-up addresses of a recording start, and how far apart those of neighbouring buffers are. */
interface AddressScheme {
  readonly base: number;
  readonly stride: number;
}
const FIRST: AddressScheme = { base: 2 ** 28, stride: 16 };
const SECOND: AddressScheme = { base: 2 ** 30, stride: 48 };

/** In a walk a part costs a fraction of a microsecond: 4 us of work repay it. */
const WALKED_GRAIN = 1 / 16;

interface RawCall {
  readonly target: Target | { readonly kind: 'write'; readonly values: ConstantValues };
  readonly tasks: number;
  readonly args: readonly number[];
}

/**
 * Runs a kernel's body on a stand-in for the backend that computes nothing, and writes down what the body asks of the heap and the threads.
 * The body runs twice, with every buffer at another made-up address: an argument that differs is a pointer, and says to which buffer.
 *
 * @param firstBuffer the number of the first buffer that the kernel makes
 * @returns what the kernel does, or why it cannot be replayed: it touches memory in another way
 */
export function recordKernel(
  kernel: tf.KernelConfig,
  inputs: NamedInputs,
  attrs: tf.NamedAttrMap,
  host: WasmHost,
  firstBuffer: number,
): RecordedKernel | string {
  try {
    const [first, second] = [FIRST, SECOND].map((scheme) => new StandIn(host, scheme, firstBuffer).run(kernel, inputs, attrs));
    return join(first as RawKernel, second as RawKernel, inputs, firstBuffer);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

interface RawKernel {
  readonly calls: readonly RawCall[];
  readonly outputs: readonly number[];
  readonly made: readonly number[];
}

/** The data of a tensor of a stand-in. */
interface StandInData {
  readonly buffer: number;
  readonly memoryOffset: number;
  readonly shape: readonly number[];
  dtype: tf.DataType;
  refCount: number;
}

class StandIn {
  readonly #scheme: AddressScheme;
  readonly #firstBuffer: number;
  readonly #made: number[] = [];
  readonly #calls: RawCall[] = [];
  readonly #data = new Map<object, StandInData>();
  readonly #backend: object;

  constructor(host: WasmHost, scheme: AddressScheme, firstBuffer: number) {
    this.#scheme = scheme;
    this.#firstBuffer = firstBuffer;
    const backend = only('backend', {
      makeOutput: (shape: number[], dtype: tf.DataType, memoryOffset?: number | null, values?: unknown) => {
        if (memoryOffset != null || values != null || dtype === 'string' || dtype === 'complex64')
          throw new NotReplayable(`makes an output of its own (${dtype})`);
        const bytes = tf.util.sizeFromShape(shape) * tf.util.bytesPerElement(dtype);
        return { dataId: this.#define(this.#make(bytes), shape, dtype), shape, dtype };
      },
      disposeData: (dataId: object) => --this.#dataOf(dataId).refCount <= 0,
      incRef: (dataId: object) => ++this.#dataOf(dataId).refCount,
      refCount: (dataId: object) => this.#dataOf(dataId).refCount,
      getMemoryOffset: (dataId: object) => this.#dataOf(dataId).memoryOffset,
      dataIdMap: { get: (dataId: object) => only('data', this.#dataOf(dataId)), has: (dataId: object) => this.#data.has(dataId) },
    });
    attachWasmHost(backend, this.#hostFor(host));
    this.#backend = backend;
  }

  run(kernel: tf.KernelConfig, inputs: NamedInputs, attrs: tf.NamedAttrMap): RawKernel {
    const info = (input: KernelInput | null): tf.TensorInfo | null =>
      input && { dataId: this.#define(input.buffer, input.shape, input.dtype), shape: input.shape as number[], dtype: input.dtype };
    const named = Array.isArray(inputs)
      ? (inputs as readonly KernelInput[]).map(info)
      : Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, info(input as KernelInput | null)]));
    const out = kernel.kernelFunc({ inputs: named as tf.NamedTensorInfoMap, attrs, backend: this.#backend });
    const outputs = (Array.isArray(out) ? out : [out]).map(({ dataId }) => this.#dataOf(dataId).buffer);
    return { calls: this.#calls, outputs, made: this.#made };
  }

  #hostFor(host: WasmHost): WasmHost {
    const replayed = (module: WasmModule): WasmModule =>
      only('module', {
        importName: module.importName,
        parameters: module.parameters,
        parallel: (entry: string, tasks: number, args: readonly number[]) => {
          if (tasks > 0) this.#calls.push({ target: { kind: 'entry', module, entry }, tasks, args });
        },
      }) as unknown as WasmModule;
    return only('host', {
      relaxedSimd: host.relaxedSimd,
      threads: host.threads,
      grain: WALKED_GRAIN,
      alloc: (bytes: number) => this.#address(this.#make(bytes)),
      free() {},
      faults: host.faults,
      takeFault: () => undefined,
      pointer: (dataId: object) => this.#dataOf(dataId).memoryOffset,
      write: (pointer: number, values: ConstantValues) => {
        this.#calls.push({ target: { kind: 'write', values: values.slice() }, tasks: 1, args: [pointer] });
      },
      instantiate: (name: string, bytes: () => Uint8Array<ArrayBuffer>) => replayed(host.instantiate(name, bytes)),
      parallel: replayed(host).parallel,
      get lanes() {
        return replayed(host.lanes);
      },
    }) as unknown as WasmHost;
  }

  #make(bytes: number): number {
    return this.#firstBuffer + this.#made.push(bytes) - 1;
  }

  #address(buffer: number): number {
    return this.#scheme.base + this.#scheme.stride * buffer;
  }

  #define(buffer: number, shape: readonly number[], dtype: tf.DataType): object {
    const dataId = {};
    this.#data.set(dataId, { buffer, memoryOffset: this.#address(buffer), shape, dtype, refCount: 1 });
    return dataId;
  }

  #dataOf(dataId: object): StandInData {
    const data = this.#data.get(dataId);
    if (data === undefined) throw new NotReplayable('uses a tensor that it was not given');
    return data;
  }
}

/** An object with these members, which says no to any other. */
function only(owner: string, members: object): object {
  return new Proxy(members, {
    get(target, name) {
      if (!Reflect.has(target, name))
        throw new NotReplayable(owner === 'data' ? "is tfjs' own body, which runs on one thread" : `uses ${owner}.${String(name)}`);
      return Reflect.get(target, name);
    },
  });
}

function join(a: RawKernel, b: RawKernel, inputs: NamedInputs, firstBuffer: number): RecordedKernel | string {
  const bufferCount = firstBuffer + a.made.length;
  const read = new Set(Object.values(inputs).flatMap((input: KernelInput | null) => (input === null ? [] : [input.buffer])));
  const equal = (x: readonly number[], y: readonly number[]): boolean => x.length === y.length && x.every((value, i) => value === y[i]);
  if (a.calls.length !== b.calls.length || !equal(a.made, b.made) || !equal(a.outputs, b.outputs)) return 'does not do the same twice';
  const calls: NativeCall[] = [];
  const constants: ConstantValues[] = [];
  for (const [i, call] of a.calls.entries()) {
    const other = b.calls[i] as RawCall;
    if (call.tasks !== other.tasks || call.args.length !== other.args.length) return 'does not do the same twice';
    const args: Argument[] = call.args.map((value, k) => resolve(value, other.args[k] as number));
    if (args.some((argument) => isAddress(argument) && !isBuffer(argument.buffer, bufferCount))) return 'computes with addresses';
    let { target } = call;
    if (target.kind === 'write') {
      const { values } = target;
      const again = other.target.kind === 'write' ? other.target.values : [];
      if (!values.every((value, k) => Object.is(value, again[k]))) return 'writes addresses into memory';
      args.push({ buffer: bufferCount + constants.push(values) - 1, offset: 0 });
      target = { kind: 'copy', bytes: values.byteLength };
    }
    const touched = [...new Set((target.kind === 'copy' ? args.slice(0, 1) : args).filter(isAddress).map(({ buffer }) => buffer))];
    calls.push({
      target,
      tasks: call.tasks,
      args,
      reads: touched.filter((buffer) => read.has(buffer)),
      writes: touched.filter((buffer) => !read.has(buffer)),
      aligned: [],
    });
  }
  return { calls, outputs: a.outputs, made: a.made, constants };
}

function isBuffer(buffer: number, count: number): boolean {
  return Number.isInteger(buffer) && buffer >= 0 && buffer < count;
}

/** The same argument of both recordings: equal, a number; else the difference tells the buffer. */
function resolve(first: number, second: number): Argument {
  if (Object.is(first, second)) return first;
  const buffer = (second - first - (SECOND.base - FIRST.base)) / (SECOND.stride - FIRST.stride);
  return { buffer, offset: first - FIRST.base - FIRST.stride * buffer };
}
