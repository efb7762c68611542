/** @internal The program of a worker thread. `pnpm generate` bundles it to a string: see ../generated/thread-worker.ts. */
import {
  BUSY_STRIDE,
  CONTROL_WORDS,
  MAXIMUM_ARGUMENTS,
  MODULE_STRIDE,
  type NamedFunction,
  type WorkerStart,
  control,
  moduleFunctions,
} from './thread-control.ts';

/** Looks at the generation this often before it sleeps: some 20 microseconds. */
const SPINS = 4000;

function serve({ memory, block, index }: WorkerStart): void {
  const words = new Int32Array(memory.buffer, block, CONTROL_WORDS);
  const argumentBlock = new Float64Array(memory.buffer, block + 4 * control.argumentsStart, MAXIMUM_ARGUMENTS);
  const busy = control.busy + BUSY_STRIDE * index;
  const modules: Compiled[] = [];
  let seen = 0;
  for (;;) {
    seen = nextGeneration(words, seen);
    // The order of the next two lines against the publisher's (odd generation, then wait until nobody is busy) keeps a late
    // worker from reading a job that is being written.
    Atomics.store(words, busy, 1);
    if (Atomics.load(words, control.generation) === seen) {
      if (Atomics.load(words, control.stop) === 1) return;
      work(words, argumentBlock, modules, memory);
    }
    Atomics.store(words, busy, 0);
  }
}

function nextGeneration(words: Int32Array, seen: number): number {
  for (let spins = 0; ; spins++) {
    const generation = Atomics.load(words, control.generation);
    if (generation !== seen && generation % 2 === 0) return generation;
    if (spins >= SPINS) Atomics.wait(words, control.generation, generation);
  }
}

/** A module as this thread compiled it, and which module of its slot that was. */
interface Compiled {
  readonly version: number;
  readonly functions: readonly NamedFunction[];
}

function work(words: Int32Array, argumentBlock: Float64Array, modules: Compiled[], memory: WebAssembly.Memory): void {
  const tasks = words[control.tasks] as number;
  const args = [...argumentBlock.subarray(0, words[control.argumentCount])];
  // A module is looked at with a part in hand only: while a part is not done, its module stays.
  for (let task = Atomics.add(words, control.next, 1); task < tasks; task = Atomics.add(words, control.next, 1)) {
    try {
      const functions = functionsOf(words[control.module] as number, words, modules, memory);
      (functions[words[control.entry] as number] as NamedFunction).run(task, tasks, ...args);
    } catch {
      Atomics.store(words, control.failed, 1);
    }
    if (Atomics.add(words, control.done, 1) + 1 === tasks) Atomics.notify(words, control.done);
  }
}

/** The functions of the module in a slot, compiled when they are first needed. */
function functionsOf(slot: number, words: Int32Array, modules: Compiled[], memory: WebAssembly.Memory): readonly NamedFunction[] {
  const at = control.modules + MODULE_STRIDE * slot;
  const version = words[at + 2] as number;
  const known = modules[slot];
  if (known?.version === version) return known.functions;
  const bytes = new Uint8Array(memory.buffer, (words[at] as number) >>> 0, words[at + 1]).slice();
  const functions = moduleFunctions(new WebAssembly.Module(bytes), memory, (other) => functionsOf(other, words, modules, memory));
  modules[slot] = { version, functions };
  return functions;
}

interface Port {
  postMessage(message: unknown): void;
}

function start(port: Port, message: WorkerStart): void {
  port.postMessage('ready');
  serve(message);
}

// In Node a worker thread speaks through a port, in a page through the global scope.
const scope = globalThis as unknown as Port & { onmessage: (event: { data: WorkerStart }) => void };
const nodePort = globalThis.process?.getBuiltinModule?.('node:worker_threads').parentPort;
if (nodePort) nodePort.once('message', (message: WorkerStart) => start(nodePort, message));
else scope.onmessage = ({ data }) => start(scope, data);
