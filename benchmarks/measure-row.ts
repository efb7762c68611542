import { type Digest, agrees } from './digest.ts';
import type { BenchOptions } from './options.ts';
import type { PeerClient } from './peer-client.ts';
import { reach } from './reach.ts';
import type { PeerResult, RowResult } from './result.ts';
import type { Roofline } from './roofline.ts';
import { type Spread, ratio, spread } from './statistics.ts';
import type { SweepRow } from './sweep-row.ts';

interface Runner {
  readonly peer: PeerClient;
  readonly count: number;
  readonly expected: number;
  readonly digest: Digest;
  readonly times: number[];
}

/** Warms a row up in every peer, then lets them take turns: a sample each in every round, and each round starts with another one. */
export async function measureRow(
  row: SweepRow,
  peers: readonly PeerClient[],
  { rounds, target, warmUp, budget }: BenchOptions,
  limits: Roofline,
): Promise<RowResult> {
  const errors: Record<string, string> = {};
  const note = (peer: PeerClient, error: unknown): void => {
    errors[peer.label] ??= error instanceof Error ? error.message : String(error);
  };
  let runners: Runner[] = [];
  for (const peer of peers) {
    try {
      const ready = await peer.prepare({ row, target, warmUp });
      if (ready) runners.push({ peer, ...ready, times: [] });
    } catch (error) {
      note(peer, error);
    }
  }
  const possible = Math.floor(budget / runners.reduce((sum, { expected }) => sum + expected, 0));
  for (let round = 0; round < Math.min(rounds, Math.max(3, possible)); round++) {
    for (let turn = 0; turn < runners.length; turn++) {
      const { peer, times } = runners[(turn + round) % runners.length]!;
      await peer.sample().then(
        (milliseconds) => times.push(milliseconds),
        (error: unknown) => note(peer, error),
      );
    }
  }
  for (const peer of peers) await peer.release().catch((error: unknown) => note(peer, error));
  runners = runners.filter(({ peer }) => !(peer.label in errors));

  const ours = runners.filter(({ peer }) => peer.name === 'kumiko');
  const results: Record<string, PeerResult> = {};
  const ratios: Record<string, Spread> = {};
  for (const { peer, count, digest, times } of runners) {
    const time = spread(times);
    const isSame = ours[0] === undefined || agrees(digest, ours[0].digest);
    results[peer.label] = {
      time,
      count,
      agrees: isSame,
      ...(peer.name === 'kumiko' ? { reach: reach(row, time.median, digest.elements, peer.threads, limits) } : {}),
    };
    if (peer.name === 'kumiko') continue;
    for (const own of ours) ratios[`${own.peer.label} : ${peer.label}`] = ratio(times, own.times);
  }
  const { kernel, size, label } = row;
  return { kernel, size, label, peers: results, ratios, errors };
}
