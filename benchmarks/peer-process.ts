/** The process of one peer: does what its parent asks, one request after the other. */
import { digest } from './digest.ts';
import type { PeerAnswer, PeerRequest, Ready } from './peer-message.ts';
import type { Peer, Prepared } from './peer.ts';
import type { SweepRow } from './sweep-row.ts';

const starters: Readonly<Record<string, () => Promise<{ startPeer(threads: number): Promise<Peer> }>>> = {
  kumiko: () => import('./peers/kumiko.ts'),
  tfjs: () => import('./peers/tfjs.ts'),
  jax: () => import('./peers/jax.ts'),
  onnx: () => import('./peers/onnx.ts'),
};

/** Milliseconds before each sample. */
const SETTLE = 10;

let peer: Peer;
let prepared: Prepared | undefined;
let count = 1;

async function time(calls: number): Promise<number> {
  const start = performance.now();
  await prepared!.run(calls);
  return (performance.now() - start) / calls;
}

/** Runs a row until the engine's compilers are done with it, and finds how many calls take as long as a sample shall. */
async function warmUp(row: SweepRow, milliseconds: number, target: number): Promise<Ready | undefined> {
  prepared = await peer.prepare(row);
  if (!prepared) return undefined;
  const results = digest(await prepared.results());
  const end = performance.now() + milliseconds;
  let each = await time(1);
  for (let calls = 1; (calls < 3 && each < 500) || performance.now() < end; calls++) {
    each = Math.min(each, await time(Math.max(1, Math.min(1000, Math.floor(target / 4 / each)))));
  }
  count = Math.max(1, Math.min(100_000, Math.round(target / each)));
  return { count, expected: count * each, digest: results };
}

/**
 * Runs untimed for a while. A process that stood still has cold caches, and its threads, all woken at once, may share one core until the
 * system spreads them.
 */
async function settle(): Promise<void> {
  const end = performance.now() + SETTLE;
  do await time(1);
  while (performance.now() < end);
}

async function answer(request: PeerRequest): Promise<PeerAnswer> {
  switch (request.type) {
    case 'start': {
      peer = await (await starters[request.peer]!()).startPeer(request.threads);
      return { type: 'started', version: peer.version };
    }
    case 'prepare':
      return { type: 'prepared', ready: await warmUp(request.row, request.warmUp, request.target) };
    case 'sample':
      await settle();
      return { type: 'sampled', milliseconds: await time(count) };
    case 'release':
      prepared?.release();
      prepared = undefined;
      return { type: 'released' };
  }
}

process.on('message', (request: PeerRequest) => {
  void answer(request)
    .catch((error: unknown): PeerAnswer => ({ type: 'failed', message: error instanceof Error ? error.message : String(error) }))
    .then((message) => process.send!(message));
});
process.on('disconnect', () => process.exit());
