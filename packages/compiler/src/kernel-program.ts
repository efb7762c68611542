/** @internal */
import * as tf from '@tensorflow/tfjs-core';
import { planFrees } from './plan.ts';
import type { Program, ValueInfo } from './program.ts';
import { runKernel } from './run-kernel.ts';
import { type Runnable, readCapture } from './runnable.ts';

/** The engine's own bookkeeping of references to data. */
interface Backend {
  disposeData(dataId: object, force?: boolean): boolean;
  incRef(dataId: object): void;
}

/** A program that JavaScript runs kernel by kernel, on any backend: kernels are looked up, constants written and frees planned before the first run. */
export class KernelProgram implements Runnable {
  readonly #program: Program;
  readonly #frees: number[][];
  readonly #kernels: (tf.KernelConfig | undefined)[];
  readonly #constants: tf.Tensor[];

  constructor(program: Program) {
    this.#program = program;
    this.#frees = planFrees(program);
    this.#kernels = program.instructions.map(({ kernelName }) => tf.getKernel(kernelName, tf.getBackend()));
    this.#constants = program.constants.map(({ value, data }) => {
      const { shape, dtype } = program.values[value] as ValueInfo;
      return tf.engine().makeTensor(data as tf.TypedArray, shape as number[], dtype);
    });
    this.#constants.forEach(tf.keep);
  }

  /** Runs the kernels one after the other, without a tape, a scope or a handle between them, and returns the results' leaves. */
  run(args: readonly tf.Tensor[]): tf.Tensor[] {
    const { values, captures, constants, instructions, assignments, results } = this.#program;
    const backend = tf.backend();
    const { disposeData, incRef } = backend as unknown as Backend;
    const infos: tf.TensorInfo[] = new Array(values.length);
    for (const [value, tensor] of args.entries()) infos[value] = tensor;
    for (const capture of captures) infos[capture.value] = readCapture(capture);
    for (const [i, { value }] of constants.entries()) infos[value] = this.#constants[i] as tf.Tensor;
    for (const [i, instruction] of instructions.entries()) {
      const made = runKernel(instruction, this.#kernels[i] as tf.KernelConfig, (value) => infos[value] as tf.TensorInfo);
      for (const [k, info] of made.entries()) infos[instruction.outputs[k] as number] = info;
      for (const value of this.#frees[i] as number[]) disposeData.call(backend, (infos[value] as tf.TensorInfo).dataId);
    }
    const handles = this.#handOut(infos, [...assignments.map(({ value }) => value), ...results], (dataId) => incRef.call(backend, dataId));
    for (const { variable } of assignments) {
      const next = handles.shift() as tf.Tensor;
      variable.assign(next);
      next.dispose();
    }
    return handles;
  }

  dispose(): void {
    tf.dispose(this.#constants);
  }

  /** Handles for values: a value that the program made is handed out once as it is, and every further time with one reference more. */
  #handOut(infos: readonly tf.TensorInfo[], wanted: readonly number[], addReference: (dataId: object) => void): tf.Tensor[] {
    const made = new Set(this.#program.instructions.flatMap(({ outputs }) => outputs));
    return wanted.map((value) => {
      const info = infos[value] as tf.TensorInfo;
      if (!made.delete(value)) addReference(info.dataId);
      return tf.engine().makeTensorFromTensorInfo({ dataId: info.dataId, shape: info.shape, dtype: info.dtype });
    });
  }
}
