import { parseArgs } from 'node:util';
import { type PeerName, peerNames } from './peer-client.ts';
import type { StepPeer } from './steps/engines.ts';
import { workloads } from './steps/workloads.ts';

/** What `pnpm bench` shall do. */
export interface BenchOptions {
  /** Whether the kernels of the sweep are measured. */
  readonly withKernels: boolean;
  /** Kernels by tfjs' names; empty for all. */
  readonly kernels: readonly string[];
  /** Sizes of the sweep; empty for all. */
  readonly sizes: readonly string[];
  /** Whole steps, by the names of their workloads. */
  readonly steps: readonly string[];
  /** Engines beside ours in the sweep. */
  readonly peers: readonly PeerName[];
  /** Engines in the steps, ours among them. */
  readonly stepPeers: readonly StepPeer[];
  readonly threads: readonly number[];
  /** Rounds of a row: samples of each peer. */
  readonly rounds: number;
  /** Rounds of a step: processes of each engine. */
  readonly stepRounds: number;
  /** Milliseconds that a sample shall take at least. */
  readonly target: number;
  /** Milliseconds for all rounds of a row, after which a slow row makes do with fewer, at least 3. */
  readonly budget: number;
  /** Milliseconds of warm-up for each row and peer. */
  readonly warmUp: number;
  /** Where to write the results as JSON; undefined for the dated file of a whole run, and for nothing in a partial one. */
  readonly out: string | undefined;
  /** A word on what else ran, kept with the results. */
  readonly note: string | undefined;
  /** Whether nothing is left out: no kernel, no size, no peer and no round. */
  readonly isWhole: boolean;
}

const stepNames = workloads.map(({ name }) => name);
/** PyTorch takes part in the steps alone. */
const beside: readonly StepPeer[] = [...peerNames.slice(1), 'torch'];

const usage = `Usage: pnpm bench [options]
  --kernel A,B     only these kernels, by tfjs' names (BatchMatMul, Conv2D, ...)
  --size tiny,odd  only these sizes: tiny, odd, typical, large
  --steps a,b      only these steps of whole networks: ${stepNames.join(', ')}
  --peer a,b       only these beside ours: ${beside.join(', ')}
  --threads 1,2    numbers of threads for the engines that use threads (default 1,2)
  --quick          7 short rounds instead of 25, and 1 of the steps instead of 3
  --rounds N       another number of rounds, of both
  --out FILE       write the results there (default: results/<date>-<machine>.json for a whole run)
  --note TEXT      a word on what else ran, kept with the results`;

/**
 * The options of a command line.
 *
 * @throws Error with the usage when an option is unknown or out of range
 */
export function parseOptions(args: readonly string[]): BenchOptions {
  try {
    const { values } = parseArgs({
      args: args.filter((arg) => arg !== '--'),
      options: {
        kernel: { type: 'string', default: '' },
        size: { type: 'string', default: '' },
        steps: { type: 'string' },
        peer: { type: 'string', default: beside.join() },
        threads: { type: 'string', default: '1,2' },
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        out: { type: 'string' },
        note: { type: 'string' },
      },
    });
    const list = (text: string): string[] => text.split(',').filter((item) => item !== '');
    const wholeNumbers = (name: string, text: string): number[] =>
      list(text).map((item) => {
        const value = Number(item);
        if (!Number.isInteger(value) || value < 1) throw new Error(`--${name}: expected whole numbers from 1, got ${item}.`);
        return value;
      });
    const known = <T extends string>(name: string, given: string, all: readonly T[]): T[] =>
      list(given).map((item) => {
        const found = all.find((one) => one === item);
        if (found === undefined) throw new Error(`--${name}: expected ${all.join(', ')}, got ${item}.`);
        return found;
      });
    const chosenPeers = known('peer', values.peer, beside);
    const [rounds = values.quick ? 7 : 25] = wholeNumbers('rounds', values.rounds ?? '');
    const kernels = list(values.kernel);
    const sizes = list(values.size);
    const narrowsKernels = kernels.length + sizes.length > 0;
    return {
      withKernels: narrowsKernels || values.steps === undefined,
      kernels,
      sizes,
      steps: known('steps', values.steps ?? (narrowsKernels ? '' : stepNames.join()), stepNames),
      peers: peerNames.filter((name) => name !== 'kumiko' && chosenPeers.includes(name)),
      stepPeers: ['kumiko', ...chosenPeers],
      threads: wholeNumbers('threads', values.threads),
      rounds,
      stepRounds: wholeNumbers('rounds', values.rounds ?? '')[0] ?? (values.quick ? 1 : 3),
      target: values.quick ? 4 : 20,
      budget: values.quick ? 2000 : 20_000,
      warmUp: values.quick ? 40 : 200,
      out: values.out,
      note: values.note,
      isWhole: !narrowsKernels && values.steps === undefined && chosenPeers.length === beside.length && !values.quick,
    };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${usage}`, { cause: error });
  }
}
