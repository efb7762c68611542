import type { SweepRow } from './sweep-row.ts';

/** A row that a peer has made ready. */
export interface Prepared {
  /** Runs the kernel `count` times, one after the other, and waits until the last result is there. */
  run(count: number): Promise<void>;
  /** All numbers of the results, to compare peers by. Tensors that are not numbers are left out. */
  results(): Promise<readonly ArrayLike<number>[]>;
  /** Frees the row's inputs. */
  release(): void;
}

/** An engine that runs kernels, alone in its process: tfjs, its kernels and its backends are global there. */
export interface Peer {
  /** What ran, such as `onnxruntime-web 1.30.0`. */
  readonly version: string;
  /** Makes a row ready, or answers undefined where this engine has no such kernel. */
  prepare(row: SweepRow): Promise<Prepared | undefined>;
}
