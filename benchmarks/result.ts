import type { Roofline } from './roofline.ts';
import type { Spread } from './statistics.ts';
import type { Size } from './sweep-row.ts';

/** What one peer did on a row. */
export interface PeerResult {
  /** Milliseconds a call. */
  readonly time: Spread;
  /** Calls a sample. */
  readonly count: number;
  /** Whether it computed what ours did. */
  readonly agrees: boolean;
  /** For ours: the share of the roofline that the median reaches. */
  readonly reach?: number;
}

/** One row of the sweep, measured. */
export interface RowResult {
  readonly kernel: string;
  readonly size: Size;
  readonly label: string;
  /** By the label of the peer, such as `kumiko x2`. */
  readonly peers: Readonly<Record<string, PeerResult>>;
  /** Of another peer's time to ours, by `<ours> : <theirs>`. Above 1, ours is faster. */
  readonly ratios: Readonly<Record<string, Spread>>;
  /** What went wrong, by peer. */
  readonly errors: Readonly<Record<string, string>>;
}

/** A whole step of a network, measured. */
export interface StepResult {
  readonly workload: string;
  readonly title: string;
  readonly threads: number;
  /** Milliseconds of its products' operations at the peak of the threads. */
  readonly limit: number;
  /** Milliseconds a step, by engine; `kumiko compiled` is what the others are compared with. */
  readonly engines: Readonly<Record<string, Spread>>;
  /** What went wrong, by engine. */
  readonly errors: Readonly<Record<string, string>>;
}

/** A run of the benchmark, as it is kept in `results/`. */
export interface BenchResult {
  readonly date: string;
  /** A word by the one who kept the file, on what else ran. */
  readonly note?: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string; readonly platform: string };
  /** Processes that wanted to run, on average over a minute, before and after. Above the number of this run's threads, timings are worth little. */
  readonly load: { readonly before: number; readonly after: number };
  readonly options: { readonly rounds: number; readonly target: number; readonly warmUp: number };
  readonly versions: Readonly<Record<string, string>>;
  /** The limits of one thread, before and after. */
  readonly roofline: { readonly before: Roofline; readonly after: Roofline };
  readonly rows: readonly RowResult[];
  readonly steps: readonly StepResult[];
}
