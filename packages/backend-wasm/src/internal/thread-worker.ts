/** @internal The program of a worker thread. `pnpm generate` bundles it to a string: see ../generated/thread-worker.ts. */
import {
  BUSY_STRIDE,
  CONTROL_WORDS,
  type KernelFunction,
  MAXIMUM_ARGUMENTS,
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
  const modules: KernelFunction[][] = [];
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

function work(words: Int32Array, argumentBlock: Float64Array, modules: KernelFunction[][], memory: WebAssembly.Memory): void {
  while (modules.length < Atomics.load(words, control.moduleCount)) {
    const at = control.modules + 2 * modules.length;
    const bytes = new Uint8Array(memory.buffer, (words[at] as number) >>> 0, words[at + 1]).slice();
    modules.push(moduleFunctions(new WebAssembly.Module(bytes), memory).map(({ run }) => run));
  }
  const tasks = words[control.tasks] as number;
  const args = [...argumentBlock.subarray(0, words[control.argumentCount])];
  const run = modules[words[control.module] as number]?.[words[control.entry] as number] as KernelFunction;
  for (let task = Atomics.add(words, control.next, 1); task < tasks; task = Atomics.add(words, control.next, 1)) {
    try {
      run(task, tasks, ...args);
    } catch {
      Atomics.store(words, control.failed, 1);
    }
    if (Atomics.add(words, control.done, 1) + 1 === tasks) Atomics.notify(words, control.done);
  }
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
