/** @internal */
import * as tf from '@tensorflow/tfjs-core';
import type { WasmHost, WasmModule } from '@kumiko/backend';
import { KumikoError } from '@kumiko/core';
import { emitProgram } from './emit-program.ts';
import { COUNTER_BYTES, type WalkLayout } from './emit-walk.ts';
import { type AddressWord, encodeStages } from './encode-stages.ts';
import { type RepeatedCalls, findLoops } from './find-loops.ts';
import { type HeapBackend, forgetTensor, renewTensor } from './heap-tensors.ts';
import { type Fallback, lower } from './lower.ts';
import type { Buffer } from './native-call.ts';
import { type PlacedProgram, placeResults } from './place-results.ts';
import { type Arena, type Lifetime, planArena } from './plan-arena.ts';
import { type Program, type ValueInfo, inputValues } from './program.ts';
import { ResultPool } from './result-pool.ts';
import { type Runnable, readCapture } from './runnable.ts';
import { collectRoutines, formOf } from './routines.ts';
import { runKernel } from './run-kernel.ts';
import { type Stage, schedule } from './schedule.ts';

/** What the memory plan and the schedule look like. */
export interface NativeReport {
  /** Stages between which the threads wait for each other. */
  readonly stages: number;
  /** Walks that JavaScript starts in one run; one when no kernel falls back. */
  readonly walks: number;
  /** Calls that the threads make in one run. */
  readonly calls: number;
  /** Bytes of emitted code: it holds each kind of call once. */
  readonly codeBytes: number;
  /** Loops that were found in the recorded calls. */
  readonly loops: readonly RepeatedCalls[];
  /** Kernels that JavaScript calls, and why. */
  readonly fallbacks: Readonly<Record<string, string>>;
  /** Bytes of the arena, and of the values that are needed at the same time. */
  readonly arenaBytes: number;
  readonly arenaLowerBound: number;
  /** Bytes of state that each run writes where the old state lay. */
  readonly inPlaceBytes: number;
}

/** A program as one WASM module that all threads walk, with every value at its place before the first run. */
export class WasmProgram implements Runnable {
  readonly report: NativeReport;
  readonly #program: Program;
  readonly #placed: PlacedProgram;
  readonly #host: WasmHost;
  readonly #backend: HeapBackend;
  readonly #backendName = tf.getBackend();
  readonly #constants: tf.Tensor[];
  readonly #stages: readonly Stage[];
  readonly #block: number;
  readonly #layout: WalkLayout;
  /** Buffers that may lie elsewhere in the next run, and the words of the schedule that say where. */
  readonly #dynamic: ReadonlyMap<number, DynamicBuffer>;
  readonly #addresses = new Map<number, number>();
  readonly #pools = new Map<number, ResultPool>();
  readonly #module: WasmModule | undefined;
  /** Tensors over values in the arena, for kernels that JavaScript calls. */
  readonly #views = new Map<number, tf.TensorInfo>();

  constructor(program: Program, host: WasmHost, donated: number) {
    this.#program = program;
    this.#host = host;
    this.#backend = tf.backend() as unknown as HeapBackend;
    this.#constants = program.constants.map(({ value, data }) => {
      const { shape, dtype } = program.values[value] as ValueInfo;
      return tf.engine().makeTensor(data as tf.TypedArray, shape as number[], dtype);
    });
    const placed = placeResults(program, lower(program, host), donated);
    this.#placed = placed;
    this.#stages = schedule(placed.steps);
    const returned = new Set([...program.results, ...program.assignments.map(({ value }) => value)].map(placed.finalBuffer));
    const isReturned = (buffer: number): boolean => returned.has(buffer) && (placed.buffers[buffer] as Buffer).kind === 'inner';
    for (const value of [...program.results, ...program.assignments.map((assignment) => assignment.value)]) {
      const buffer = placed.finalBuffer(value);
      if (isReturned(buffer)) this.#pools.set(buffer, new ResultPool(this.#backend, program.values[value] as ValueInfo));
    }
    const isDynamic = ({ kind }: Buffer, buffer: number): boolean => kind === 'argument' || kind === 'capture' || this.#pools.has(buffer);
    this.#dynamic = new Map(
      placed.buffers.flatMap((buffer, i) => (isDynamic(buffer, i) ? [[i, { pointer: Number.NaN, words: [] }] as const] : [])),
    );
    const { arena, inner } = this.#planInner();

    const calls = this.#stages.flatMap(({ units }) => units.flatMap((unit) => unit.calls));
    const routines = collectRoutines(calls);
    const { words, addresses } = encodeStages(this.#stages, routines);
    const counterBytes = COUNTER_BYTES * this.#stages.length;
    const tables = placed.tables.map(({ byteLength }) => alignUp(byteLength));
    this.#block = host.alloc(counterBytes + COUNTER_BYTES + alignUp(words.byteLength) + sum(tables) + arena.bytes + COUNTER_BYTES);
    const start = alignUp(this.#block);
    this.#layout = { counters: start, aborted: start + counterBytes, schedule: start + counterBytes + COUNTER_BYTES, faults: host.faults };
    let at = this.#layout.schedule + alignUp(words.byteLength);
    for (const [i, values] of placed.tables.entries()) {
      const index = program.constants.length + i;
      this.#addresses.set(
        placed.buffers.findIndex((buffer) => buffer.kind === 'constant' && buffer.index === index),
        at,
      );
      host.write(at, values);
      at += tables[i] as number;
    }
    for (const [i, buffer] of inner.entries()) this.#addresses.set(buffer, at + (arena.offsets[i] as number));
    for (const [buffer, { kind, index }] of placed.buffers.entries()) {
      const constant = kind === 'constant' ? this.#constants[index] : undefined;
      if (constant !== undefined) this.#addresses.set(buffer, host.pointer(constant.dataId));
    }
    for (const address of addresses) {
      const dynamic = this.#dynamic.get(address.buffer);
      if (dynamic !== undefined) dynamic.words.push(address);
      else words[address.word] = (this.#addresses.get(address.buffer) as number) + address.offset;
    }
    host.write(this.#layout.schedule, words);
    let codeBytes = 0;
    if (calls.length > 0)
      this.#module = host.instantiate(this.#name(), () => {
        const bytes = emitProgram(routines.all, this.#layout, host);
        codeBytes = bytes.byteLength;
        return bytes;
      });
    const loops = findLoops(calls.map((call) => formOf(call, routines)));
    this.report = { ...this.#describe(arena), calls: calls.length, codeBytes, loops };
    // Not before there was room for all of it.
    this.#constants.forEach(tf.keep);
  }

  run(args: readonly tf.Tensor[]): tf.Tensor[] {
    const captures = this.#program.captures.map(readCapture);
    const data = this.#locate(args, captures);
    const ints = this.#host.ints();
    for (const [buffer, dynamic] of this.#dynamic) {
      const pointer = this.#host.pointer((data.get(buffer) as Located).dataId);
      if (pointer === dynamic.pointer) continue;
      dynamic.pointer = pointer;
      for (const { word, offset } of dynamic.words) ints[(this.#layout.schedule >>> 2) + word] = pointer + offset;
    }
    ints.fill(0, this.#layout.counters >>> 2, this.#layout.schedule >>> 2);
    try {
      this.#runStages(data);
    } catch (error) {
      for (const { dataId, owned } of data.values()) if (owned) this.#backend.disposeData(dataId);
      throw error;
    }
    for (const buffer of this.#placed.overwritten) renewTensor(this.#backend, (data.get(buffer) as Located).dataId);
    return this.#handOut(data);
  }

  dispose(): void {
    // With its backend everything is gone already.
    if ((tf.findBackend(this.#backendName) as unknown) !== this.#backend) return;
    tf.dispose(this.#constants);
    for (const pool of this.#pools.values()) pool.dispose();
    for (const { dataId } of this.#views.values()) forgetTensor(this.#backend, dataId);
    if (this.#module !== undefined) this.#host.release(this.#name());
    this.#host.free(this.#block);
  }

  /** No other program lies at this place, whichever copy of this package made it. */
  #name(): string {
    return `compiled at ${this.#block}`;
  }

  #runStages(data: ReadonlyMap<number, Located>): void {
    for (let stage = 0; stage < this.#stages.length;) {
      const { fallback } = this.#stages[stage] as Stage;
      if (fallback !== undefined) {
        this.#callKernel(fallback, data);
        stage++;
        continue;
      }
      let end = stage + 1;
      while (end < this.#stages.length && this.#stages[end]?.fallback === undefined) end++;
      this.#walk(stage, end);
      stage = end;
    }
  }

  #walk(first: number, end: number): void {
    this.#module?.walk('walk', [first, end]);
    if (this.#host.threads > 1 && this.#host.ints()[this.#layout.aborted >>> 2] === 1)
      throw new KumikoError(
        'compile',
        'expected progress from every thread, got none for the stall timeout. The call has no result, and its state may be half written: start from a checkpoint.',
      );
    const fault = this.#host.takeFault();
    if (fault !== undefined)
      throw new KumikoError(
        'compile',
        `expected indices that a gather or scatter finds, got ${fault.index} for ${fault.places} places. The call stopped there and has no result. ` +
          'Check the indices (a token outside of the vocabulary, a label outside of the classes) before the call.',
      );
  }

  /** Where the data of every buffer lie that is not at one place for good. State that somebody else refers to is copied first. */
  #locate(args: readonly tf.Tensor[], captures: readonly tf.Tensor[]): Map<number, Located> {
    const uses = new Map<object, number>();
    for (const { dataId } of [...args, ...captures]) uses.set(dataId, (uses.get(dataId) ?? 0) + 1);
    const data = new Map<number, Located>();
    for (const buffer of this.#dynamic.keys()) {
      const { kind, index } = this.#placed.buffers[buffer] as Buffer;
      if (kind === 'inner') {
        data.set(buffer, (this.#pools.get(buffer) as ResultPool).take());
        continue;
      }
      const tensor = (kind === 'argument' ? args[index] : captures[index]) as tf.Tensor;
      const shared = uses.get(tensor.dataId) !== 1 || this.#backend.refCount(tensor.dataId) !== 1;
      data.set(buffer, this.#placed.overwritten.has(buffer) && shared ? this.#copy(tensor) : { dataId: tensor.dataId, owned: false });
    }
    return data;
  }

  #copy({ dataId, shape, dtype, size }: tf.Tensor): Located {
    const copy = this.#backend.makeOutput(shape, dtype);
    const from = this.#host.pointer(dataId);
    this.#host.bytes().copyWithin(this.#host.pointer(copy.dataId), from, from + size * tf.util.bytesPerElement(dtype));
    return { dataId: copy.dataId, owned: true };
  }

  #callKernel({ instruction, kernel }: Fallback, data: ReadonlyMap<number, Located>): void {
    const info = (value: number): tf.TensorInfo => {
      const { shape, dtype } = this.#program.values[value] as ValueInfo;
      const located = data.get(this.#placed.bufferOf[value] as number);
      return located === undefined ? this.#view(value) : { dataId: located.dataId, shape: shape as number[], dtype };
    };
    for (const value of inputValues(instruction)) {
      const buffer = this.#placed.bufferOf[value] as number;
      if ((this.#placed.buffers[buffer] as Buffer).kind === 'inner' || this.#placed.overwritten.has(buffer))
        renewTensor(this.#backend, info(value).dataId);
    }
    for (const [i, made] of runKernel(instruction, kernel, info).entries()) {
      const { dataId } = info(instruction.outputs[i] as number);
      const from = this.#host.pointer(made.dataId);
      const bytes = tf.util.sizeFromShape(made.shape) * tf.util.bytesPerElement(made.dtype);
      this.#host.bytes().copyWithin(this.#host.pointer(dataId), from, from + bytes);
      this.#backend.disposeData(made.dataId);
    }
  }

  /** A value in the arena, or a constant, as a tensor. */
  #view(value: number): tf.TensorInfo {
    const known = this.#views.get(value);
    if (known !== undefined) return known;
    const { shape, dtype } = this.#program.values[value] as ValueInfo;
    const address = this.#addresses.get(this.#placed.bufferOf[value] as number) as number;
    const view = this.#backend.makeOutput(shape, dtype, address);
    this.#views.set(value, view);
    return view;
  }

  #handOut(data: ReadonlyMap<number, Located>): tf.Tensor[] {
    const handle = (value: number): tf.Tensor => {
      const { shape, dtype } = this.#program.values[value] as ValueInfo;
      const buffer = this.#placed.finalBuffer(value);
      const { kind, index } = this.#placed.buffers[buffer] as Buffer;
      const { dataId } = data.get(buffer) ?? (kind === 'constant' ? (this.#constants[index] as tf.Tensor) : this.#view(value));
      this.#backend.incRef(dataId);
      return tf.engine().makeTensorFromTensorInfo({ dataId, shape: shape as number[], dtype });
    };
    for (const { variable, value } of this.#program.assignments) {
      const buffer = this.#placed.finalBuffer(value);
      if (data.get(buffer)?.dataId === variable.dataId) continue;
      const next = handle(value);
      variable.assign(next);
      next.dispose();
    }
    const handles = this.#program.results.map(handle);
    // What was made for this run belongs to its handles.
    for (const { dataId, owned } of data.values()) if (owned) this.#backend.disposeData(dataId);
    return handles;
  }

  #planInner(): { arena: Arena; inner: number[] } {
    const first = new Map<number, number>();
    const last = new Map<number, number>();
    for (const [stage, { units, fallback }] of this.#stages.entries())
      for (const { reads, writes } of [...units.flatMap(({ calls }) => calls), ...(fallback === undefined ? [] : [fallback])])
        for (const buffer of [...reads, ...writes]) {
          if (!first.has(buffer)) first.set(buffer, stage);
          last.set(buffer, stage);
        }
    const inner = [...first.keys()].filter(
      (buffer) => (this.#placed.buffers[buffer] as Buffer).kind === 'inner' && !this.#pools.has(buffer),
    );
    const lifetimes = inner.map((buffer): Lifetime => {
      const { bytes } = this.#placed.buffers[buffer] as Buffer;
      return { bytes, first: first.get(buffer) as number, last: last.get(buffer) as number };
    });
    return { arena: planArena(lifetimes), inner };
  }

  #describe({ bytes, lowerBound }: Arena): Omit<NativeReport, 'calls' | 'codeBytes' | 'loops'> {
    const isWalk = (stage: Stage | undefined): boolean => stage !== undefined && stage.fallback === undefined;
    return {
      stages: this.#stages.length,
      walks: this.#stages.filter((stage, i) => isWalk(stage) && !isWalk(this.#stages[i - 1])).length,
      fallbacks: Object.fromEntries(
        this.#stages.flatMap(({ fallback }) => (fallback === undefined ? [] : [[fallback.instruction.kernelName, fallback.reason]])),
      ),
      arenaBytes: bytes,
      arenaLowerBound: lowerBound,
      inPlaceBytes: sum([...this.#placed.overwritten].map((buffer) => (this.#placed.buffers[buffer] as Buffer).bytes)),
    };
  }
}

/** A buffer whose place the schedule is told when it changes. */
interface DynamicBuffer {
  pointer: number;
  readonly words: AddressWord[];
}

/** The data of a buffer in one run, perhaps made for this run. */
interface Located {
  readonly dataId: object;
  readonly owned: boolean;
}

const alignUp = (bytes: number): number => Math.ceil(bytes / COUNTER_BYTES) * COUNTER_BYTES;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
