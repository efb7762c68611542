/**
 * Measures every kernel of `sweep.ts` and whole steps of networks beside other engines, in one run, and prints what it found.
 *
 *   pnpm bench [--steps a,b] [--kernel A,B] [--size tiny,odd] [--peer tfjs,jax,onnx] [--threads 1,2] [--quick] [--rounds N] [--out FILE] [--note TEXT]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { measureRow } from './measure-row.ts';
import { type BenchOptions, parseOptions } from './options.ts';
import { createPeers } from './peer-client.ts';
import type { BenchResult, RowResult, StepResult } from './result.ts';
import { type Roofline, createRoofline } from './roofline.ts';
import { createEngines } from './steps/engines.ts';
import { measureSteps } from './steps/measure-steps.ts';
import { workloads } from './steps/workloads.ts';
import type { SweepRow } from './sweep-row.ts';
import { sweep } from './sweep.ts';
import { showRoofline, showRow, showStep, slowerThanStock } from './table.ts';

const load = (): number => Number(loadavg()[0]!.toFixed(2));

async function bench(options: BenchOptions): Promise<void> {
  const { kernels, sizes } = options;
  const unknown = kernels.filter((name) => !sweep.some(({ kernel }) => kernel === name));
  if (unknown.length > 0) throw new Error(`--kernel: expected kernels of the sweep, got ${unknown.join(', ')}. See sweep.ts.`);
  const chosen = sweep.filter(
    ({ kernel, size }) => (kernels.length === 0 || kernels.includes(kernel)) && (sizes.length === 0 || sizes.includes(size)),
  );
  if (chosen.length === 0) throw new Error(`--size: expected tiny, odd, typical or large, got ${sizes.join(', ')}.`);
  const loadBefore = load();
  const measureRoofline = await createRoofline();
  const before = measureRoofline();
  console.log(showRoofline(before));

  console.log(`load ${loadBefore} on ${availableParallelism()} cores\n`);
  const steps = benchSteps(options, before);
  const { rows, versions } = options.withKernels ? await benchKernels(chosen, options, before) : { rows: [], versions: {} };

  const result: BenchResult = {
    date: new Date().toISOString(),
    ...(options.note === undefined ? {} : { note: options.note }),
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version, platform: process.platform },
    load: { before: loadBefore, after: load() },
    options: { rounds: options.rounds, target: options.target, warmUp: options.warmUp },
    versions,
    roofline: { before, after: measureRoofline() },
    rows,
    steps,
  };
  summarize(result);
  const path = options.out ?? (options.isWhole ? join(import.meta.dirname, 'results', fileName(result)) : undefined);
  if (path === undefined) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, toJson(result));
  console.log(`wrote ${path}`);
}

/** First, and each engine in processes of its own, while no pool of the sweep's peers stands by. */
function benchSteps(options: BenchOptions, { plainGflops, relaxedGflops }: Roofline): StepResult[] {
  if (options.steps.length === 0) return [];
  const engines = createEngines().filter(({ peer }) => options.stepPeers.includes(peer));
  const peak = Math.max(plainGflops, relaxedGflops);
  return workloads
    .filter(({ name }) => options.steps.includes(name))
    .flatMap((workload) =>
      options.threads.map((threads) => {
        const taking = engines.filter(({ only }) => only?.includes(workload.name) ?? true);
        const result = measureSteps(workload, taking, { threads, rounds: options.stepRounds, peak });
        console.log(`${showStep(result)}\n`);
        return result;
      }),
    );
}

async function benchKernels(
  chosen: readonly SweepRow[],
  options: BenchOptions,
  limits: Roofline,
): Promise<Pick<BenchResult, 'rows' | 'versions'>> {
  const peers = createPeers(['kumiko', ...options.peers], options.threads);
  const stop = (): void => peers.forEach((peer) => peer.stop());
  process.on('exit', stop);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
  for (const peer of peers) {
    await peer.start();
    console.log(`${peer.label.padEnd(10)} ${peer.version}`);
  }
  const rows: RowResult[] = [];
  for (const row of chosen) {
    const result = await measureRow(row, peers, options, limits);
    rows.push(result);
    console.log(`${showRow(result)}\n`);
  }
  stop();
  return { rows, versions: Object.fromEntries(peers.map(({ label, version }) => [label, version])) };
}

function summarize({ rows, roofline, load: { after }, machine }: BenchResult): void {
  console.log(`${showRoofline(roofline.after)} (after the run, load ${after} on ${machine.cores} cores)`);
  const others = rows.flatMap(({ kernel, size, label, peers }) =>
    Object.entries(peers).flatMap(([name, { agrees }]) => (agrees ? [] : [`${kernel} ${size} ${label}: ${name}`])),
  );
  const failed = rows.flatMap(({ kernel, size, label, errors }) =>
    Object.keys(errors).map((name) => `${kernel} ${size} ${label}: ${name}`),
  );
  const list = (title: string, items: readonly string[]): void => {
    console.log(`\n${title}: ${items.length === 0 ? 'none' : items.length}`);
    for (const item of items) console.log(`  ${item}`);
  };
  list('other results than ours', others);
  list('failed', failed);
  list('below 0.95 of the speed of stock tfjs', slowerThanStock(rows, 0.95));
}

/** `<date>-<machine>.json`. */
function fileName({ date, machine: { cpu, cores } }: BenchResult): string {
  const machine = cpu.toLowerCase().replaceAll(/\((r|tm)\)/g, '').replaceAll(/[^a-z0-9]+/g, '-'); // prettier-ignore
  return `${date.slice(0, 10)}-${machine}-${cores}.json`;
}

/** One line a row and step, numbers to five digits. */
function toJson({ rows, steps, ...rest }: BenchResult): string {
  const round = (_key: string, value: unknown): unknown => (typeof value === 'number' ? Number(value.toPrecision(5)) : value);
  const lines = (name: string, list: readonly unknown[]): string =>
    `  "${name}": [\n${list.map((one) => `    ${JSON.stringify(one, round)}`).join(',\n')}\n  ]`;
  return `${JSON.stringify(rest, round, 2).slice(0, -2)},\n${lines('steps', steps)},\n${lines('rows', rows)}\n}\n`;
}

try {
  await bench(parseOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
