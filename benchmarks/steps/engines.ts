import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Who takes part in the steps: ours, and those beside it. `torch` is PyTorch, where Python has it. */
export type StepPeer = 'kumiko' | 'tfjs' | 'jax' | 'onnx' | 'torch';

/** One way to run a step: a program that prints the milliseconds of its steps as JSON. */
export interface StepEngine {
  readonly name: string;
  readonly peer: StepPeer;
  readonly command: (workload: string, threads: number) => readonly string[];
  /** Workloads that it can run; all of them if left out. */
  readonly only?: readonly string[];
}

const file = (name: string): string => join(import.meta.dirname, name);
const node = (name: string, ...rest: string[]): readonly string[] => [process.execPath, '--conditions=@kumiko/source', file(name), ...rest];

/** Debian's Python has the Debian package, whichever comes first in the path. */
function python(): string {
  return ['python3', '/usr/bin/python3'].find((program) => spawnSync(program, ['-c', 'import torch']).status === 0) ?? 'python3';
}

const images = ['mlp', 'cnn', 'fashion'];

/** Ours first: the compiled step is what the others are compared with. */
export function createEngines(): readonly StepEngine[] {
  const pythonWithTorch = python();
  const ours = (mode: string): StepEngine => ({
    name: `kumiko ${mode}`,
    peer: 'kumiko',
    command: (workload, threads) => node('kumiko.ts', workload, String(threads), mode),
  });
  const layers = (mode: string, only: readonly string[]): StepEngine => ({
    name: `layers ${mode}`,
    peer: 'kumiko',
    command: (workload, threads) => node('layers.ts', workload, String(threads), mode),
    only,
  });
  return [
    ours('compiled'),
    ours('eager'),
    layers('compiled', images),
    layers('plain', [...images, 'cnn-forward']),
    { name: 'tfjs wasm', peer: 'tfjs', command: (workload) => node('tfjs.ts', workload), only: ['mlp', 'cnn-forward'] },
    { name: 'jax-js', peer: 'jax', command: (workload, threads) => node('jax.ts', workload, String(threads)) },
    { name: 'onnx', peer: 'onnx', command: (workload, threads) => node('onnx.ts', workload, String(threads)), only: ['cnn-forward'] },
    {
      name: 'pytorch',
      peer: 'torch',
      command: (workload, threads) => [pythonWithTorch, file('torch_steps.py'), workload, String(threads)],
    },
  ];
}
