import * as tf from '@tensorflow/tfjs-core';
import { findWasmHost } from '@kumiko/backend';
import { check, flatten, formatShape, leaves, unflatten, type Tree } from '@kumiko/core';
import { comparePrograms } from './compare-programs.ts';
import { CONSUMED_MESSAGE, consumeTree, isConsumed } from './donated.ts';
import { dropIdentities } from './drop-identities.ts';
import { dropUnused } from './drop-unused.ts';
import { type Explanation, explain } from './explain.ts';
import { foldConstants } from './fold-constants.ts';
import { fuseElementwise } from './fuse-elementwise.ts';
import { fuseEpilogues } from './fuse-epilogues.ts';
import { mergeEqual } from './merge-equal.ts';
import type { Program } from './program.ts';
import { readActivations } from './read-activations.ts';
import { isCheap, recomputeActivations } from './recompute-activations.ts';
import { type Recording, isRecording, record } from './record.ts';
import { KernelProgram } from './kernel-program.ts';
import { isLowerable } from './lower.ts';
import type { Runnable } from './runnable.ts';
import type { Line } from './user-line.ts';
import { WasmProgram } from './wasm-program.ts';

/** A pass rewrites a program into an equal one. */
type Pass = (program: Program, options: Pick<CompileOptions, 'checkpoint'>) => Program;

const passes = {
  dropIdentities,
  foldConstants,
  mergeEqual,
  readActivations,
  dropUnused,
  checkpoint: (program, { checkpoint = false }) =>
    checkpoint === false ? program : dropUnused(recomputeActivations(program, checkpoint === true ? isCheap : checkpoint)),
  fuseEpilogues,
  fuseElementwise,
} satisfies Record<string, Pass>;

/** Options of {@link compile}. */
export interface CompileOptions {
  /** Whether a call consumes its first argument, the state: its tensors are disposed, and say so when they are used again. Default true. */
  readonly donate?: boolean;
  /**
   * Which results are computed a second time when they are read again much later, as the backward pass reads activations, instead of being kept:
   * less memory for more time, to the same bits. `true`: those of kernels that cost little (elementwise, activations, normalisations, dropout,
   * pooling). A function chooses by the kernel's name, the result's shape, and how many calls of this kernel came before: to keep every fourth
   * product of a deep network only, `(kernel, _shape, call) => kernel !== 'BatchMatMul' || call % 4 !== 3`. Only what lowers the most bytes that
   * are needed at once is recomputed. Default false.
   */
  readonly checkpoint?: boolean | ((kernelName: string, shape: readonly number[], call: number) => boolean);
  /** Passes to leave out, to find the one that is at fault. Default none. */
  readonly without?: readonly (keyof typeof passes)[];
}

/** A function that {@link compile} made, of the same type. */
export interface Compiled<A extends Tree[], R extends Tree> {
  (...args: A): R;
  /** What the program of the last call holds and costs, and why what is slow is so; `String(...)` of it is a report. Nothing before a program exists. */
  explain(): Explanation | undefined;
  /** Frees the constants of all programs. */
  dispose(): void;
}

/** Programs for other shapes that are kept; the one that was not used longest goes first. */
const KEPT_PROGRAMS = 8;

interface Entry {
  /** The first recording, until the second was compared with it. */
  first?: Program | undefined;
  runnable?: Runnable;
  explanation?: Explanation;
  /** The result's structure, to put leaves back. */
  structure?: Tree;
}

/**
 * Records a function over tensors and from then on runs it as one program: no tape, no scopes, no handles between kernels,
 * memory freed at the last use. `compiled(...args)` has the type and the results of `fn(...args)`.
 *
 * The first call for some shapes (and any call that makes variables) runs as it is; the second is recorded and compared with the first;
 * from the third on the program runs. `fn` may use `tf.grads`, optimizers, `tf.Variable`s (read at the start of a call, assigned at its end)
 * and tensors from outside. It must not read values on the host, and what changes between calls must come in as a tensor. Within `tf.grads`,
 * and within another compiled function, it runs as it is and consumes nothing.
 *
 * @param fn from trees of tensors to a tree of tensors
 * @param options `donate` (default true): a call disposes its first argument, the state; `checkpoint`: what to recompute; `without`: passes to leave out
 * @throws KumikoError at a call, when `fn` reads a value on the host, keeps a tensor it does not return, or differs from call to call
 * (a learning rate in JavaScript, a random draw of tfjs, a shape that depends on data): the message names the kernel and the line
 * @example
 * import { cpu, selectBackend } from '@kumiko/backend';
 * await selectBackend([cpu()]);
 * const step = compile((state: { w: tf.Tensor }, x: tf.Tensor) => ({ w: tf.sub(state.w, tf.mul(x, 0.5)) }));
 * let state = { w: tf.scalar(8) };
 * for (let i = 0; i < 4; i++) state = step(state, tf.scalar(2));
 * state.w; // 4
 * step.explain()?.byKernel; // { Multiply: 1, Sub: 1 }
 * String(step.explain()).split('\n')[0]; // '2 kernels, of 2 recorded: 2 FLOP, 16 B read, 8 B written.'
 * @see the same idea for native frameworks: Frostig, Johnson, Leary, "Compiling machine learning programs via high-level tracing", SysML 2018
 */
export function compile<A extends Tree[], R extends Tree>(fn: (...args: A) => R, options: CompileOptions = {}): Compiled<A, R> {
  const { donate = true, without = [] } = options;
  const entries = new Map<string, Entry>();
  let last: Entry | undefined;

  const build = (recorded: Program, donated: number): { runnable: Runnable; explanation: Explanation } => {
    const host = isLowerable(recorded) ? findWasmHost(tf.backend()) : undefined;
    // Fused instructions are emitted as WASM: only a backend with a heap can run them.
    const left: readonly string[] = host === undefined ? [...without, 'fuseElementwise'] : without;
    const pipeline = Object.entries<Pass>(passes).filter(([name]) => !left.includes(name));
    const optimised = pipeline.reduce((before, [, pass]) => pass(before, options), recorded);
    const program = withoutLines(optimised);
    const runnable = host === undefined ? new KernelProgram(program) : new WasmProgram(program, host, donated);
    return { runnable, explanation: explain(recorded, program, runnable instanceof WasmProgram ? runnable.report : undefined) };
  };

  const runRecorded = (entry: Entry, args: A, inputs: tf.Tensor[]): R => {
    const recording: Recording<R> = record(() => fn(...args), inputs);
    if (recording.madeVariables) return recording.result;
    if (entry.first === undefined) entry.first = recording.program;
    else {
      comparePrograms(entry.first, recording.program);
      const donated = donate && args.length > 0 ? leaves(args[0] as Tree).length : 0;
      Object.assign(entry, build(recording.program, donated));
      entry.structure = structureOf(recording.result);
      entry.first = undefined;
    }
    return recording.result;
  };

  const compiled = (...args: A): R => {
    // A program has no tape, and what an outer function calls belongs to its program.
    if (isDifferentiating() || isRecording()) return fn(...args);
    const inputs = leaves<tf.Tensor>(args);
    checkArguments(args);
    const entry = lookUp(entries, signature(args));
    last = entry;
    const { runnable, structure } = entry;
    const result =
      runnable === undefined
        ? // In a scope: where no program can be made, the call has no result that anybody could dispose.
          (tf.tidy(() => runRecorded(entry, args, inputs) as tf.TensorContainer) as R)
        : (unflatten(structure as Tree, runnable.run(inputs)) as R);
    if (donate && args.length > 0) consumeTree(args[0] as Tree, result);
    return result;
  };
  return Object.assign(compiled, {
    explain: () => last?.explanation,
    dispose() {
      for (const { runnable } of entries.values()) runnable?.dispose();
      entries.clear();
    },
  });
}

/** What runs needs no lines, which hold on to what was on the stack. */
function withoutLines(program: Program): Program {
  const bare = <T extends { readonly line: Line }>(one: T): T => ({ ...one, line: '' });
  return { ...program, instructions: program.instructions.map(bare), constants: program.constants.map(bare) };
}

function isDifferentiating(): boolean {
  return (tf.engine() as unknown as { readonly state: { readonly gradientDepth: number } }).state.gradientDepth > 0;
}

/** A tree of placeholders with the result's arrays and records; it holds on to no tensor. */
function structureOf(tree: Tree): Tree {
  return unflatten(
    tree,
    leaves(tree).map(() => 0),
  ) as unknown as Tree;
}

function checkArguments(args: readonly Tree[]): void {
  for (const { name, leaf } of flatten<tf.Tensor>(args as Tree)) {
    check(
      leaf instanceof tf.Tensor,
      'compile',
      () => `expected tensors as arguments, got ${typeof leaf} at '${name}'. Pass tf.scalar(value): a JavaScript number would be frozen.`,
    );
    check(
      !leaf.isDisposed,
      'compile',
      () =>
        `expected a live tensor of shape ${formatShape(leaf.shape)} at '${name}', ` +
        (isConsumed(leaf) ? CONSUMED_MESSAGE : 'got a disposed one. Dispose it after the call.'),
    );
  }
}

/** Backend, names, shapes and types, and which leaves are one tensor: what a program was recorded for. */
function signature(args: readonly Tree[]): string {
  const first = new Map<tf.Tensor, string>();
  const described = flatten<tf.Tensor>(args as Tree).map(({ name, leaf }) => {
    const known = first.get(leaf);
    if (known === undefined) first.set(leaf, name);
    return `${name}:${leaf.dtype}${formatShape(leaf.shape)}${known === undefined ? '' : ` is ${known}`}`;
  });
  return [tf.getBackend(), instanceOf(tf.backend()), ...described].join(' ');
}

const instances = new WeakMap<object, number>();
let instanceCount = 0;

/** Which of the backends that were started: a program ends with the one it was made on. */
function instanceOf(backend: object): number {
  const known = instances.get(backend) ?? ++instanceCount;
  instances.set(backend, known);
  return known;
}

/** The entry of a signature, which becomes the youngest; the oldest goes when there are too many. */
function lookUp(entries: Map<string, Entry>, name: string): Entry {
  const entry = entries.get(name) ?? {};
  entries.delete(name);
  entries.set(name, entry);
  if (entries.size === 4 && entry.first === undefined && entry.runnable === undefined) {
    console.warn(`Kumiko compiles the same function for the fourth time, now for ${name}. Pad batches to one shape if that goes on.`);
  }
  if (entries.size > KEPT_PROGRAMS) {
    const [oldest, { runnable }] = entries.entries().next().value as [string, Entry];
    runnable?.dispose();
    entries.delete(oldest);
  }
  return entry;
}
