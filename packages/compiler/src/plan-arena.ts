/** @internal */

/** A buffer that is needed from one stage to another, both included. */
export interface Lifetime {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Where each buffer lies in one block of memory. */
export interface Arena {
  readonly offsets: readonly number[];
  readonly bytes: number;
  /** The most bytes that are needed at the same time: no arena is smaller. */
  readonly lowerBound: number;
}

/** Vectors are loaded from aligned places, and no two buffers share a line of the cache. */
const ALIGNMENT = 64;

/** The largest buffers first, each into the smallest gap between those that live at the same time. */
export function planArena(lifetimes: readonly Lifetime[]): Arena {
  const sized = lifetimes.map(({ bytes, ...times }) => ({ ...times, bytes: Math.ceil(bytes / ALIGNMENT) * ALIGNMENT }));
  const offsets: number[] = new Array(lifetimes.length).fill(0);
  /** In the order of their offsets, so that one look at each finds the gaps. */
  const placed: Placed[] = [];
  let end = 0;
  for (const [i, one] of [...sized.entries()].toSorted(([, a], [, b]) => b.bytes - a.bytes)) {
    const offset = bestGap(placed, one);
    offsets[i] = offset;
    placed.splice(firstBehind(placed, offset), 0, { ...one, offset });
    end = Math.max(end, offset + one.bytes);
  }
  return { offsets, bytes: end, lowerBound: mostAtOnce(sized) };
}

interface Placed extends Lifetime {
  readonly offset: number;
}

function bestGap(placed: readonly Placed[], { bytes, first, last }: Lifetime): number {
  let [at, best, room] = [0, -1, Infinity];
  for (const other of placed) {
    if (other.first > last || other.last < first) continue;
    const gap = other.offset - at;
    if (gap >= bytes && gap < room) [best, room] = [at, gap];
    at = Math.max(at, other.offset + other.bytes);
  }
  return best < 0 ? at : best;
}

/** The place of the first one with a higher offset. */
function firstBehind(placed: readonly Placed[], offset: number): number {
  let [from, to] = [0, placed.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((placed[middle] as Placed).offset <= offset) from = middle + 1;
    else to = middle;
  }
  return from;
}

function mostAtOnce(lifetimes: readonly Lifetime[]): number {
  const changes = new Map<number, number>();
  for (const { bytes, first, last } of lifetimes) {
    changes.set(first, (changes.get(first) ?? 0) + bytes);
    changes.set(last + 1, (changes.get(last + 1) ?? 0) - bytes);
  }
  let [now, most] = [0, 0];
  for (const [, change] of [...changes].toSorted((a, b) => a[0] - b[0])) most = Math.max(most, (now += change));
  return most;
}
