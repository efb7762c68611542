import { spawnSync } from 'node:child_process';
import type { StepResult } from '../result.ts';
import { type Spread, spread } from '../statistics.ts';
import type { StepEngine } from './engines.ts';
import type { Workload } from './workloads.ts';

/** The steps that one process of an engine took, in milliseconds; or what it said instead. */
function run(engine: StepEngine, workload: string, threads: number): number[] | string {
  const [program, ...rest] = engine.command(workload, threads) as [string, ...string[]];
  const { stdout, status, stderr } = spawnSync(program, rest, { encoding: 'utf8', timeout: 300_000 });
  const line = stdout?.trim().split('\n').at(-1);
  if (status === 0 && line?.startsWith('[')) return JSON.parse(line) as number[];
  return (stderr ?? '').trim().split('\n').at(-1) || 'not installed';
}

/**
 * Measures a step in every engine that can run it: each alone in a process, round after round, so that no engine has all of the good time.
 * The limit is the time of the products' operations at the peak of the threads.
 *
 * @param peak operations of one thread, in 1e9 a second
 */
export function measureSteps(
  workload: Workload,
  engines: readonly StepEngine[],
  { threads, rounds, peak }: { readonly threads: number; readonly rounds: number; readonly peak: number },
): StepResult {
  const times = new Map<string, number[]>();
  const errors: Record<string, string> = {};
  for (let round = 0; round < rounds; round++) {
    for (const engine of engines) {
      if (engine.name in errors) continue;
      const result = run(engine, workload.name, threads);
      if (typeof result === 'string') errors[engine.name] = result;
      else times.set(engine.name, [...(times.get(engine.name) ?? []), ...result]);
    }
  }
  const spreads: Record<string, Spread> = {};
  for (const [name, all] of times) if (!(name in errors)) spreads[name] = spread(all);
  return {
    workload: workload.name,
    title: workload.title,
    threads,
    limit: workload.flops / (peak * threads * 1e6),
    engines: spreads,
    errors,
  };
}
