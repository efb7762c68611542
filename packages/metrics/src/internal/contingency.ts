import { checkLengths } from './samples.ts';

/** How many samples each pair of groups shares, and how many each group has. */
export interface Contingency {
  readonly samples: number;
  readonly pairs: readonly { readonly first: number; readonly second: number; readonly count: number }[];
  readonly first: ReadonlyMap<number, number>;
  readonly second: ReadonlyMap<number, number>;
}

/** Counts the samples of two groupings. */
export function contingencyOf(symbol: string, first: ArrayLike<number>, second: ArrayLike<number>): Contingency {
  checkLengths(symbol, first, second);
  const table = new Map<number, Map<number, number>>();
  const [ours, theirs] = [new Map<number, number>(), new Map<number, number>()];
  const count = (of: Map<number, number>, group: number): unknown => of.set(group, (of.get(group) ?? 0) + 1);
  for (let i = 0; i < first.length; i++) {
    const [a, b] = [first[i] as number, second[i] as number];
    const row = table.get(a) ?? new Map<number, number>();
    table.set(a, row);
    count(row, b);
    count(ours, a);
    count(theirs, b);
  }
  const pairs = [...table].flatMap(([a, row]) => [...row].map(([b, shared]) => ({ first: a, second: b, count: shared })));
  return { samples: first.length, pairs, first: ours, second: theirs };
}
