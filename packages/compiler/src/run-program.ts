/** @internal */
import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import { type FusedModule, loadFused } from './fused-module.ts';
import { planFrees } from './plan.ts';
import type { Capture, Instruction, Program, ValueInfo } from './program.ts';

/** The engine's own bookkeeping of references to data. */
interface Backend {
  disposeData(dataId: object, force?: boolean): boolean;
  incRef(dataId: object): void;
}

/** A program with everything that can be done before the first run: kernels looked up, constants written, frees planned. */
export class RunnableProgram {
  readonly #program: Program;
  readonly #frees: number[][];
  readonly #kernels: (tf.KernelConfig | undefined)[];
  readonly #fused: FusedModule;
  readonly #constants: tf.Tensor[];
  readonly #backendName: string;

  constructor(program: Program) {
    this.#program = program;
    this.#backendName = tf.getBackend();
    this.#frees = planFrees(program);
    this.#fused = loadFused(program);
    this.#kernels = program.instructions.map(({ kernelName }) => tf.getKernel(kernelName, this.#backendName));
    this.#constants = program.constants.map(({ value, data }) => {
      const { shape, dtype } = program.values[value] as ValueInfo;
      return tf.keep(tf.engine().makeTensor(data as tf.TypedArray, shape as number[], dtype));
    });
  }

  /** The backend it was recorded on; it runs on no other. */
  get backendName(): string {
    return this.#backendName;
  }

  /** Runs the kernels one after the other, without a tape, a scope or a handle between them, and returns the results' leaves. */
  run(args: readonly tf.Tensor[]): tf.Tensor[] {
    const { values, captures, constants, instructions, assignments, results } = this.#program;
    const backend = tf.backend();
    const { disposeData, incRef } = backend as unknown as Backend;
    const infos: tf.TensorInfo[] = new Array(values.length);
    for (const [value, tensor] of args.entries()) infos[value] = tensor;
    for (const capture of captures) infos[capture.value] = read(capture);
    for (const [i, { value }] of constants.entries()) infos[value] = this.#constants[i] as tf.Tensor;
    for (const [i, instruction] of instructions.entries()) {
      const fused = this.#fused.runs.get(instruction);
      const made = fused === undefined ? runKernel(instruction, this.#kernels[i] as tf.KernelConfig, infos, backend) : fused(infos);
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
    this.#fused.release();
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

function runKernel(
  { inputs, attrs }: Instruction,
  kernel: tf.KernelConfig,
  infos: readonly tf.TensorInfo[],
  backend: tf.KernelBackend,
): tf.TensorInfo[] {
  const named = Array.isArray(inputs)
    ? (inputs as readonly number[]).map((value) => infos[value])
    : Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, value === null ? null : infos[value as number]]));
  const out = kernel.kernelFunc({ inputs: named as tf.NamedTensorInfoMap, attrs, backend });
  return Array.isArray(out) ? out : [out];
}

function read({ tensor }: Capture): tf.Tensor {
  check(
    !tensor.isDisposed,
    'compile',
    () =>
      `expected the tensor of shape ${formatShape(tensor.shape)} that the function uses from outside to live, got a disposed one. Keep it, or pass it in as an argument.`,
  );
  return tensor;
}
