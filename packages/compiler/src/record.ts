/** @internal */
import * as tf from '@tensorflow/tfjs-core';
import { KumikoError, check, formatShape, leaves, type Tree } from '@kumiko/core';
import type { Assignment, Capture, Constant, Instruction, Program, ValueInfo } from './program.ts';
import { type Line, userLine } from './user-line.ts';

/** What the engine is asked for while a function runs. */
interface EngineHooks {
  makeTensorFromTensorInfo(info: tf.TensorInfo, backend?: unknown): tf.Tensor;
  runKernelFunc(call: KernelCall): tf.Tensor | tf.Tensor[];
  makeTensor(values: tf.TypedArray | string[], shape: number[], dtype: tf.DataType, backend?: unknown): tf.Tensor;
  readSync(dataId: object): unknown;
  read(dataId: object): unknown;
}

interface KernelCall {
  readonly kernelName?: string;
  readonly inputs: Record<string, tf.Tensor | null | undefined> | tf.Tensor[];
  readonly attrs?: tf.NamedAttrMap;
}

/** A recorded run: the program, and what the run itself gave. */
export interface Recording<R extends Tree> {
  readonly program: Program;
  readonly result: R;
  /** Whether the run made variables: then it was a first call, and the next may differ. */
  readonly madeVariables: boolean;
}

/** Whether a function is being recorded: what it calls is part of its program. */
export function isRecording(): boolean {
  return Object.hasOwn(tf.engine(), 'runKernelFunc');
}

/**
 * Runs a function and writes down every kernel it runs and every constant it makes, by standing in front of five methods of the engine
 * for the time of the call. The backend's name stays, so that code which asks for it behaves as ever.
 */
export function record<R extends Tree>(fn: () => R, args: readonly tf.Tensor[]): Recording<R> {
  const engine = tf.engine() as unknown as EngineHooks;
  const recorder = new Recorder(args);
  const { runKernelFunc, makeTensor, makeTensorFromTensorInfo } = engine;
  engine.runKernelFunc = function (call) {
    if (call.kernelName === undefined) return runKernelFunc.call(this, call);
    recorder.enter(call);
    try {
      const out = runKernelFunc.call(this, call);
      recorder.write(Array.isArray(out) ? out : [out]);
      return out;
    } finally {
      recorder.leave();
    }
  };
  engine.makeTensorFromTensorInfo = function (info, backend) {
    const tensor = makeTensorFromTensorInfo.call(this, info, backend);
    recorder.output(tensor);
    return tensor;
  };
  engine.makeTensor = function (values, shape, dtype, backend) {
    const tensor = makeTensor.call(this, values, shape, dtype, backend);
    recorder.constant(tensor, values);
    return tensor;
  };
  const refuse = (): never => {
    throw new KumikoError(
      'compile',
      `expected a function that stays on tensors, got a read of a value on the host at ${String(userLine())}. ` +
        'Return the tensor and read it outside, or express the choice with tf.where.',
    );
  };
  engine.readSync = refuse;
  engine.read = refuse;
  const variablesBefore = variables();
  const dataBefore = new Map([...variablesBefore].map((variable) => [variable, variable.dataId]));
  try {
    const result = tf.tidy(() => fn() as tf.TensorContainer) as R;
    const made = [...variables()].filter((variable) => !variablesBefore.has(variable));
    const assigned = [...variablesBefore].filter((variable) => !variable.isDisposed && variable.dataId !== dataBefore.get(variable));
    return { program: recorder.finish(leaves<tf.Tensor>(result), assigned), result, madeVariables: made.length > 0 };
  } finally {
    for (const hook of ['runKernelFunc', 'makeTensor', 'makeTensorFromTensorInfo', 'readSync', 'read'])
      Reflect.deleteProperty(engine, hook);
  }
}

function variables(): Set<tf.Variable> {
  return new Set(Object.values(tf.engine().registeredVariables));
}

/** A kernel that is running. Its outputs exist before it ends: the engine saves copies of them for the gradient. */
interface OpenCall {
  readonly call: KernelCall;
  readonly outputs: tf.Tensor[];
  written: boolean;
}

class Recorder {
  readonly #values: ValueInfo[] = [];
  readonly #byTensor = new Map<number, number>();
  /** The values that share some data (a reshape shares its input's), for variables that were assigned it. */
  readonly #byData = new Map<object, number[]>();
  readonly #constants: Constant[] = [];
  readonly #captures: Capture[] = [];
  readonly #instructions: Instruction[] = [];
  readonly #made = new Map<number, { tensor: tf.Tensor; line: Line }>();
  readonly #open: OpenCall[] = [];
  readonly #argumentCount: number;

  constructor(args: readonly tf.Tensor[]) {
    this.#argumentCount = args.length;
    for (const tensor of args) this.#define(tensor);
  }

  /** Opens a kernel. Inputs are looked up before it runs: a captured variable may change later. */
  enter(call: KernelCall): void {
    if (!this.#insideBody()) {
      const outer = this.#open.at(-1);
      if (outer !== undefined) this.write(outer.outputs);
      for (const tensor of Object.values(call.inputs)) if (tensor) this.#use(tensor);
    }
    this.#open.push({ call, outputs: [], written: this.#insideBody() });
  }

  leave(): void {
    this.#open.pop();
  }

  output(tensor: tf.Tensor): void {
    const running = this.#open.at(-1);
    if (running !== undefined && !running.written) running.outputs.push(tensor);
  }

  /** Writes the running kernel down, once. */
  write(outputs: readonly tf.Tensor[]): void {
    const running = this.#open.at(-1);
    if (running === undefined || running.written) return;
    running.written = true;
    const { kernelName, inputs, attrs = {} } = running.call;
    const named = Array.isArray(inputs)
      ? inputs.map((tensor) => this.#use(tensor))
      : Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, tensor ? this.#use(tensor) : null]));
    const line = userLine();
    for (const tensor of outputs) this.#made.set(tensor.id, { tensor, line });
    this.#instructions.push({
      kernelName: kernelName as string,
      inputs: named,
      attrs,
      outputs: outputs.map((tensor) => this.#define(tensor)),
      line,
    });
  }

  constant(tensor: tf.Tensor, values: tf.TypedArray | string[]): void {
    if (this.#insideBody()) return;
    const line = userLine();
    this.#made.set(tensor.id, { tensor, line });
    this.#constants.push({ value: this.#define(tensor), data: values.slice() as Constant['data'], line });
  }

  /** Whether a kernel runs that has no outputs yet: what its body asks of the engine is its own business. */
  #insideBody(): boolean {
    const running = this.#open.at(-1);
    return running !== undefined && running.outputs.length === 0;
  }

  finish(results: readonly tf.Tensor[], assigned: readonly tf.Variable[]): Program {
    const assignments: Assignment[] = assigned.map((variable) => ({ variable, value: this.#use(variable) }));
    const returned = results.map((tensor) => this.#use(tensor));
    const owned = new Set(results.map(({ id }) => id));
    for (const { tensor, line } of this.#made.values()) {
      const escaped = !tensor.isDisposed && !owned.has(tensor.id);
      check(
        !escaped,
        'compile',
        () =>
          `expected a function whose tensors are all returned or disposed, got one of shape ${formatShape(tensor.shape)} that was kept (made at ${String(line)}). ` +
          'Return what lasts between calls as state: a compiled function would not update it.',
      );
    }
    return {
      values: this.#values,
      argumentCount: this.#argumentCount,
      constants: this.#constants,
      captures: this.#captures,
      instructions: this.#instructions,
      assignments,
      results: returned,
    };
  }

  #define(tensor: tf.Tensor): number {
    const value = this.#values.push({ shape: tensor.shape, dtype: tensor.dtype }) - 1;
    this.#byTensor.set(tensor.id, value);
    this.#byData.set(tensor.dataId, [...(this.#byData.get(tensor.dataId) ?? []), value]);
    return value;
  }

  /** The value a tensor stands for; one that nobody made during the call is a capture. A variable stands for its current data. */
  #use(tensor: tf.Tensor): number {
    const known = tensor instanceof tf.Variable ? this.#valueOf(tensor) : this.#byTensor.get(tensor.id);
    if (known !== undefined) return known;
    const value = this.#define(tensor);
    this.#captures.push({ value, tensor });
    return value;
  }

  #valueOf(variable: tf.Variable): number | undefined {
    const values = this.#byData.get(variable.dataId);
    return values?.find((value) => tf.util.arraysEqual((this.#values[value] as ValueInfo).shape as number[], variable.shape));
  }
}
