/** @internal */
import * as tf from '@tensorflow/tfjs-core';
import { findWasmHost, type WasmHost, type WasmModule } from '@kumiko/backend';
import { emitFused, emitModule, type FusedFunction } from './emit-fused.ts';
import { FUSED } from './fuse-elementwise.ts';
import type { Instruction, Program, ValueInfo } from './program.ts';

/** Elements of one part: some 10 to 50 microseconds of work. Parts do not depend on the number of threads. */
const PART = 16_384;

/** Runs one fused instruction: reads the values it is given, returns its outputs. */
export type FusedRun = (infos: readonly tf.TensorInfo[]) => tf.TensorInfo[];

/** The fused instructions of a program, ready to run. */
export interface FusedModule {
  readonly runs: ReadonlyMap<Instruction, FusedRun>;
  /** Takes their code off the heap. */
  release(): void;
}

/** Counts modules, so that each has a name of its own. */
let loaded = 0;

/** Emits the fused instructions of a program as one WASM module on the backend's heap and threads. */
export function loadFused(program: Program): FusedModule {
  const fused = program.instructions.filter(({ kernelName }) => kernelName === FUSED);
  const backend = tf.backend();
  const host = findWasmHost(backend);
  if (fused.length === 0 || host === undefined) return { runs: new Map(), release() {} };
  const functions = fused.map((instruction) => emitFused(program, instruction));
  const bytes = emitModule(functions);
  const name = `compiled ${++loaded}`;
  const module = host.instantiate(name, () => bytes);
  const target = { host, module, backend };
  return {
    runs: new Map(fused.map((instruction, i) => [instruction, makeRun(program, functions[i] as FusedFunction, String(i), target)])),
    release: () => host.release(name),
  };
}

interface Target {
  readonly host: WasmHost;
  readonly module: WasmModule;
  readonly backend: tf.KernelBackend;
}

function makeRun(
  { values }: Program,
  { count, streams, scalars, outputs }: FusedFunction,
  entry: string,
  { host, module, backend }: Target,
): FusedRun {
  const perTask = Math.min(count, PART);
  const tasks = Math.ceil(count / perTask);
  return (infos) => {
    const made = outputs.map((value): tf.TensorInfo => {
      const { shape, dtype } = values[value] as ValueInfo;
      // Memory that is about to be written whole.
      return { dataId: backend.write(null as unknown as Float32Array, shape as number[], dtype), shape: shape as number[], dtype };
    });
    const pointers = [...streams, ...scalars].map((value) => host.pointer((infos[value] as tf.TensorInfo).dataId));
    module.parallel(entry, tasks, [count, perTask, ...pointers, ...made.map(({ dataId }) => host.pointer(dataId))]);
    return made;
  };
}
