import { parseArgs } from 'node:util';
import { type PeerName, peerNames } from './peer-client.ts';

/** What `pnpm bench` shall do. */
export interface BenchOptions {
  /** Kernels by tfjs' names; empty for all. */
  readonly kernels: readonly string[];
  /** Sizes of the sweep; empty for all. */
  readonly sizes: readonly string[];
  /** Engines beside ours. */
  readonly peers: readonly PeerName[];
  readonly threads: readonly number[];
  /** Rounds of a row: samples of each peer. */
  readonly rounds: number;
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

const usage = `Usage: pnpm bench [options]
  --kernel A,B     only these kernels, by tfjs' names (BatchMatMul, Conv2D, ...)
  --size tiny,odd  only these sizes: tiny, odd, typical, large
  --peer a,b       only these beside ours: ${peerNames.slice(1).join(', ')}
  --threads 1,2    numbers of threads for the engines that use threads (default 1,2)
  --quick          7 short rounds instead of 25
  --rounds N       another number of rounds
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
        peer: { type: 'string', default: peerNames.slice(1).join() },
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
    const peers = list(values.peer).map((name) => {
      const found = peerNames.find((known) => known === name);
      if (found === undefined || found === 'kumiko') throw new Error(`--peer: expected ${peerNames.slice(1).join(', ')}, got ${name}.`);
      return found;
    });
    const [rounds = values.quick ? 7 : 25] = wholeNumbers('rounds', values.rounds ?? '');
    const kernels = list(values.kernel);
    const sizes = list(values.size);
    return {
      kernels,
      sizes,
      peers,
      threads: wholeNumbers('threads', values.threads),
      rounds,
      target: values.quick ? 4 : 20,
      budget: values.quick ? 2000 : 20_000,
      warmUp: values.quick ? 40 : 200,
      out: values.out,
      note: values.note,
      isWhole: kernels.length === 0 && sizes.length === 0 && peers.length === peerNames.length - 1 && !values.quick,
    };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${usage}`, { cause: error });
  }
}
