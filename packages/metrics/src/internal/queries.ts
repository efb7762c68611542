import { check } from '@kumiko/core';
import { checkLengths, checkNumbers } from './samples.ts';

/** The scores of the documents of a query and how relevant each is. */
export interface Query {
  readonly scores: ArrayLike<number>;
  readonly relevances: ArrayLike<number>;
}

/** The queries, after they were checked. */
export function queriesOf(symbol: string, scores: readonly ArrayLike<number>[], relevances: readonly ArrayLike<number>[]): Query[] {
  checkLengths(symbol, scores, relevances);
  return scores.map((ours, i) => {
    const theirs = relevances[i] as ArrayLike<number>;
    checkLengths(symbol, ours, theirs);
    checkNumbers(symbol, 'scores', ours);
    checkNumbers(symbol, 'relevances', theirs);
    return { scores: ours, relevances: theirs };
  });
}

/** Throws unless `k` is an integer >= 1, or Infinity. */
export function checkK(symbol: string, k: number): void {
  check(
    (Number.isInteger(k) && k >= 1) || k === Infinity,
    symbol,
    () => `expected k to be an integer >= 1, got ${k}. Pass how many places count.`,
  );
}

/** The place of the best relevant document, from 1, behind all that have its score; Infinity if there is none. */
export function firstHit({ scores, relevances }: Query): number {
  let best = -Infinity;
  let found = false;
  for (let i = 0; i < scores.length; i++) {
    if ((relevances[i] as number) > 0) {
      best = Math.max(best, scores[i] as number);
      found = true;
    }
  }
  if (!found) return Infinity;
  // Of equal scores the relevant one counts last, but equal relevant ones do not push each other back.
  let place = 1;
  for (let i = 0; i < scores.length; i++) if ((scores[i] as number) >= best && !((relevances[i] as number) > 0)) place++;
  return place;
}

/** The plain mean. */
export function meanOfQueries(queries: readonly Query[], of: (query: Query) => number): number {
  return queries.reduce((sum, query) => sum + of(query), 0) / queries.length;
}
