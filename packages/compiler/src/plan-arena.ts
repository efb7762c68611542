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
  const order = sized.map((_, i) => i).toSorted((a, b) => (sized[b] as Lifetime).bytes - (sized[a] as Lifetime).bytes);
  const offsets: number[] = new Array(lifetimes.length).fill(0);
  const placed: number[] = [];
  let end = 0;
  for (const i of order) {
    const { bytes, first, last } = sized[i] as Lifetime;
    const offset = bestGap(
      placed
        .filter((other) => (sized[other] as Lifetime).first <= last && (sized[other] as Lifetime).last >= first)
        .map((other) => [offsets[other] as number, (offsets[other] as number) + (sized[other] as Lifetime).bytes] as const),
      bytes,
    );
    offsets[i] = offset;
    placed.push(i);
    end = Math.max(end, offset + bytes);
  }
  return { offsets, bytes: end, lowerBound: mostAtOnce(sized) };
}

function bestGap(taken: readonly (readonly [start: number, end: number])[], bytes: number): number {
  let [at, best, room] = [0, -1, Infinity];
  for (const [start, end] of taken.toSorted((a, b) => a[0] - b[0])) {
    const gap = start - at;
    if (gap >= bytes && gap < room) [best, room] = [at, gap];
    at = Math.max(at, end);
  }
  return best < 0 ? at : best;
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
