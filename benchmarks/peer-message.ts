import type { Digest } from './digest.ts';
import type { SweepRow } from './sweep-row.ts';

/** What the parent asks of a peer's process. */
export type PeerRequest =
  | { readonly type: 'start'; readonly peer: string; readonly threads: number }
  | { readonly type: 'prepare'; readonly row: SweepRow; readonly warmUp: number; readonly target: number }
  | { readonly type: 'sample' }
  | { readonly type: 'release' };

/** A row that is ready: how many calls make a sample, and what the kernel computed. */
export interface Ready {
  readonly count: number;
  /** Milliseconds that a sample takes, about. */
  readonly expected: number;
  readonly digest: Digest;
}

/** What a peer's process answers: its version, whether and how it is ready, milliseconds a call, or an error's text. */
export type PeerAnswer =
  | { readonly type: 'started'; readonly version: string }
  | { readonly type: 'prepared'; readonly ready: Ready | undefined }
  | { readonly type: 'sampled'; readonly milliseconds: number }
  | { readonly type: 'released' }
  | { readonly type: 'failed'; readonly message: string };
