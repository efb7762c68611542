/** Stands between a test and what it tests: every call that maps tensors to tensors also runs as a compiled program, whose result the test sees. */
import * as tf from '@tensorflow/tfjs-core';
import { type Tree, leaves } from '../../packages/core/src/index.ts';
import { compile } from '../../packages/compiler/src/index.ts';

type Callable = (...args: unknown[]) => unknown;

/** Methods of layers, transforms and metrics that map tensors to tensors. */
const METHODS = new Set(['apply', 'update', 'merge', 'result', 'evalParams']);

/** Whether a call is under way already: what it calls belongs to its program. */
let busy = false;

/** How often a function is compiled for arguments of the same shapes in a file of tests: a hundred steps of one optimizer are one program. */
const MOST_ALIKE = 6;

/** How many calls were compiled, and why others were not, for the report at the end. */
export const tally = { compiled: 0, refused: new Map<string, number>() };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);

/** The tensors in any nest of arrays and records, in order; what else is in it stays where it is. */
function tensorsIn(value: unknown): tf.Tensor[] {
  if (value instanceof tf.Tensor) return [value];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  return isRecord(value) ? Object.values(value).flatMap(tensorsIn) : [];
}

/** The same nest with other tensors. */
function replaceTensors(value: unknown, next: () => tf.Tensor): unknown {
  if (value instanceof tf.Tensor) return next();
  if (Array.isArray(value)) return value.map((item) => replaceTensors(item, next));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replaceTensors(item, next)]));
}

/** Whether a result is a tree of tensors, with at least one. */
function isTree(value: unknown): value is Tree {
  if (!(value instanceof tf.Tensor || Array.isArray(value) || isRecord(value))) return false;
  const found = leaves(value as Tree) as unknown[];
  return found.length > 0 && found.every((leaf) => leaf instanceof tf.Tensor);
}

function disposeNew(result: Tree, kept: ReadonlySet<tf.Tensor>): void {
  for (const tensor of leaves<tf.Tensor>(result)) if (!kept.has(tensor)) tensor.dispose();
}

/** The result of a function's third call as a compiled program, or nothing where it cannot be compiled. */
function runCompiled(run: (...args: unknown[]) => Tree, args: unknown[]): Tree | undefined {
  const inputs = tensorsIn(args);
  const kept = new Set(inputs);
  const step = compile(
    (tensors: tf.Tensor[]) => {
      const rest = [...tensors];
      return run(...(replaceTensors(args, () => rest.shift() as tf.Tensor) as unknown[]));
    },
    { donate: false },
  );
  try {
    disposeNew(step(inputs), kept);
    disposeNew(step(inputs), kept);
    const result = step(inputs);
    tally.compiled++;
    return result;
  } catch (error) {
    const message = (error as Error).message;
    if (!message.startsWith('compile:')) throw error;
    const reason = message.split('. ')[0] as string;
    tally.refused.set(reason, (tally.refused.get(reason) ?? 0) + 1);
    return undefined;
  } finally {
    step.dispose();
  }
}

/** A function that runs as it is, and then compiled where it maps tensors to tensors outside of any gradient. */
export function compiledCalls(run: Callable): Callable {
  const alike = new Map<string, number>();
  return function call(this: unknown, ...args: unknown[]) {
    const engine = tf.engine() as unknown as { state: { gradientDepth: number } };
    // While a function is recorded its hooks stand in front of the engine's methods.
    const isRecorded = Object.hasOwn(engine, 'runKernelFunc');
    if (busy || isRecorded || engine.state.gradientDepth > 0) return run.apply(this, args);
    busy = true;
    try {
      const plain = run.apply(this, args);
      const inputs = tensorsIn(args);
      if (inputs.length === 0 || inputs.some((tensor) => tensor.isDisposed) || !isTree(plain)) return wrapValue(plain);
      const signature = inputs.map(({ shape, dtype }) => `${dtype}${shape.join(',')}`).join(' ');
      const count = (alike.get(signature) ?? 0) + 1;
      alike.set(signature, count);
      if (count > MOST_ALIKE) return plain;
      const result = runCompiled(run.bind(this) as (...args: unknown[]) => Tree, args);
      if (result === undefined) return plain;
      const values = leaves<tf.Tensor>(result);
      const handed = handBack(plain, partsOf(args), values);
      disposeNew([plain, result], new Set([...inputs, ...leaves<tf.Tensor>(handed)]));
      return handed;
    } finally {
      busy = false;
    }
  };
}

/** Every array, record and tensor in some arguments. */
function partsOf(value: unknown): Set<unknown> {
  if (value instanceof tf.Tensor) return new Set([value]);
  if (!Array.isArray(value) && !isRecord(value)) return new Set();
  return new Set([value, ...Object.values(value).flatMap((part) => [...partsOf(part)])]);
}

/** The values of a program in the structure of the plain result, whose parts that came in as arguments are those very parts. */
function handBack(plain: Tree, given: ReadonlySet<unknown>, values: tf.Tensor[]): Tree {
  if (given.has(plain)) {
    values.splice(0, leaves(plain).length);
    return plain;
  }
  if (plain instanceof tf.Tensor) return values.shift() as tf.Tensor;
  if (Array.isArray(plain)) return plain.map((part) => handBack(part as Tree, given, values));
  return Object.fromEntries(Object.entries(plain).map(([name, part]) => [name, handBack(part as Tree, given, values)]));
}

/** Functions call compiled; of layers, transforms and metrics the methods do. */
function wrapValue(value: unknown): unknown {
  if (typeof value === 'function')
    return /^class\b/.test(Function.prototype.toString.call(value)) ? value : withProperties(value as Callable);
  if (!isRecord(value) || Object.isFrozen(value)) return value;
  for (const name of METHODS) {
    const method = value[name];
    if (typeof method === 'function') value[name] = withProperties(method as Callable);
  }
  return value;
}

/** Wrapped functions by what they wrap: a function is the same by whatever module a test gets it. */
const wrapped = new WeakMap<Callable, Callable>();

function withProperties(run: Callable): Callable {
  const known = wrapped.get(run) ?? Object.defineProperty(Object.assign(compiledCalls(run), run), 'name', { value: run.name });
  wrapped.set(run, known);
  wrapped.set(known, known);
  return known;
}

/** The exports of a module, wrapped. */
export function compiledModule(original: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(original).map(([name, value]) => [name, wrapValue(value)]));
}

/** A maker of gradient functions whose gradients run compiled: `compiledGradients(tf.grads)`. */
export function compiledGradients<F extends (f: never) => Callable>(make: F): F {
  return ((f: never) => compiledCalls(make(f))) as unknown as F;
}
