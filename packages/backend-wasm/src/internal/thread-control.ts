/**
 * The block of shared memory through which the calling thread and its workers meet, in 32-bit words.
 * The words that several threads write stand on cache lines of their own.
 */
export const control = {
  /** Even: a job is published. Odd: one is being written. */
  generation: 0,
  /** The next part to claim. */
  next: 16,
  /** Parts that are done. */
  done: 32,
  /** The published job. */
  module: 48,
  entry: 49,
  tasks: 50,
  argumentCount: 51,
  /** Set when a part trapped. */
  failed: 52,
  /** Set when workers are to end. */
  stop: 53,
  /** One word a worker: 1 while it may read the job. */
  busy: 112,
  /** Arguments, as doubles. */
  argumentsStart: 640,
  /** Pointer, length and version of the module in each slot. */
  modules: 736,
} as const;

export const BUSY_STRIDE = 16;
export const MAXIMUM_WORKERS = 32;
export const MAXIMUM_ARGUMENTS = 48;
/** An op package brings one, and so does every compiled program. */
export const MAXIMUM_MODULES = 1024;
/** Words of a slot. */
export const MODULE_STRIDE = 3;
export const CONTROL_WORDS = control.modules + MODULE_STRIDE * MAXIMUM_MODULES;

/** What a worker is told when it starts. */
export interface WorkerStart {
  readonly memory: WebAssembly.Memory;
  /** Where the control block lies. */
  readonly block: number;
  readonly index: number;
}

/** An exported function of a module: `(task, tasks, ...arguments)`. */
export type KernelFunction = (task: number, tasks: number, ...args: number[]) => void;

/** A function that a module exports. */
export interface NamedFunction {
  readonly name: string;
  readonly run: KernelFunction;
}

/**
 * A module's functions in the order both sides agree on.
 *
 * @param functionsOf the functions of the module in a slot, which an import names as its module
 */
export function moduleFunctions(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  functionsOf: (slot: number) => readonly NamedFunction[],
): NamedFunction[] {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = { env: { memory } };
  for (const { module: slot, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== 'function') continue;
    const entry = functionsOf(Number(slot)).find((candidate) => candidate.name === name);
    if (entry !== undefined) (imports[slot] ??= {})[name] = entry.run;
  }
  const instance = new WebAssembly.Instance(module, imports);
  return WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === 'function')
    .map(({ name }) => ({ name, run: instance.exports[name] as KernelFunction }));
}
