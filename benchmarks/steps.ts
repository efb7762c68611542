/**
 * Whole training steps beside their peers, each engine alone in a process, round after round.
 *
 *   node --conditions=@kumiko/source benchmarks/steps.ts [--workload mlp --workload cnn] [--threads 1 --threads 2] [--rounds 3]
 *
 * Prints the median of a step in milliseconds with the quartiles of all rounds, the ratio to Kumiko's compiled step, and the limit: the
 * products' operations at the peak of the threads, as measured in the same run. `limit / step` is what a step reaches of it.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRoofline } from './roofline.ts';
import { workloads } from './steps/workloads.ts';

const { values } = parseArgs({
  options: {
    workload: { type: 'string', multiple: true, default: workloads.map(({ name }) => name) },
    threads: { type: 'string', multiple: true, default: ['1', '2'] },
    rounds: { type: 'string', default: '3' },
  },
});

interface Engine {
  readonly name: string;
  readonly command: (workload: string, threads: string) => readonly string[];
  /** Workloads that it can run; all of them if left out. */
  readonly only?: readonly string[];
  readonly oneThread?: boolean;
}

const file = (name: string): string => join(import.meta.dirname, 'steps', name);
const node = (name: string, ...rest: string[]): readonly string[] => [process.execPath, '--conditions=@kumiko/source', file(name), ...rest];

/** Debian's Python has the Debian package, whichever comes first in the path. */
const python = ['python3', '/usr/bin/python3'].find((program) => spawnSync(program, ['-c', 'import torch']).status === 0) ?? 'python3';

const engines: readonly Engine[] = [
  { name: 'kumiko compiled', command: (workload, threads) => node('kumiko.ts', workload, threads, 'compiled') },
  { name: 'kumiko eager', command: (workload, threads) => node('kumiko.ts', workload, threads, 'eager') },
  ...['compiled', 'plain'].map((mode) => ({
    name: `layers ${mode}`,
    command: (workload: string, threads: string) => node('layers.ts', workload, threads, mode),
    only: ['mlp', 'cnn', 'fashion'],
  })),
  { name: 'tfjs wasm', command: (workload) => node('tfjs.ts', workload), only: ['mlp'], oneThread: true },
  { name: 'jax-js', command: (workload, threads) => node('jax.ts', workload, threads), only: ['mlp', 'cnn', 'fashion'] },
  { name: 'pytorch', command: (workload, threads) => [python, file('torch_steps.py'), workload, threads] },
];

const quantile = (sorted: readonly number[], share: number): number => sorted[Math.floor(share * (sorted.length - 1))] as number;

function run(engine: Engine, workload: string, threads: string): number[] {
  const [program, ...rest] = engine.command(workload, threads) as [string, ...string[]];
  const { stdout, status, stderr } = spawnSync(program, rest, { encoding: 'utf8', timeout: 300_000 });
  const line = stdout?.trim().split('\n').at(-1);
  if (status !== 0 || !line?.startsWith('[')) {
    console.error(`${engine.name}: no result for ${workload} (${(stderr ?? '').trim().split('\n').at(-1) ?? 'not installed'})`);
    return [];
  }
  return JSON.parse(line) as number[];
}

const measureRoofline = await createRoofline();
const peak = Math.max(...Object.values(measureRoofline()).slice(0, 2));
console.log(`peak of one thread: ${peak.toFixed(1)} GFLOPS`);
for (const { name, title, flops } of workloads.filter((one) => values.workload.includes(one.name))) {
  for (const threads of values.threads) {
    const taking = engines.filter(
      (engine) => (engine.only?.includes(name) ?? true) && !(engine.oneThread && threads !== values.threads[0]),
    );
    const times = new Map(taking.map((engine) => [engine.name, [] as number[]]));
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const engine of taking) times.get(engine.name)?.push(...run(engine, name, threads));
    }
    const limit = flops / (peak * Number(threads) * 1e6);
    console.log(`\n${title}; threads: ${threads}; limit ${limit.toFixed(2)} ms`);
    const ours = quantile(
      [...(times.get('kumiko compiled') ?? [])].toSorted((a, b) => a - b),
      0.5,
    );
    for (const [engine, all] of times) {
      const sorted = all.toSorted((a, b) => a - b);
      if (sorted.length === 0) continue;
      const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share)) as [number, number, number];
      const spread = `${low.toFixed(2)}-${high.toFixed(2)}`;
      const reach = `${((100 * limit) / middle).toFixed(0)} % of the limit`;
      console.log(`  ${engine.padEnd(16)} ${middle.toFixed(2).padStart(9)} ms  (${spread})  ${(middle / ours).toFixed(2)}x  ${reach}`);
    }
  }
}
