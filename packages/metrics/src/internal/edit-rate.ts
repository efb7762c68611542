import { check } from '@kumiko/core';
import { checkTexts } from './references.ts';

/** The fewest insertions, deletions and substitutions that make one list the other (Levenshtein, 1966). */
function editDistance(first: readonly string[], second: readonly string[]): number {
  let before = Uint32Array.from({ length: second.length + 1 }, (_, j) => j);
  let now = new Uint32Array(second.length + 1);
  first.forEach((item, i) => {
    now[0] = i + 1;
    second.forEach((other, j) => {
      const replaced = (before[j] as number) + (item === other ? 0 : 1);
      now[j + 1] = Math.min(replaced, (before[j + 1] as number) + 1, (now[j] as number) + 1);
    });
    [before, now] = [now, before];
  });
  return before[second.length] as number;
}

/** The edits of a corpus for each item of its references. */
export function editRate(
  symbol: string,
  candidates: readonly string[],
  references: readonly string[],
  split: (text: string) => readonly string[],
): number {
  checkTexts(symbol, candidates, references);
  let [edits, items] = [0, 0];
  references.forEach((reference, i) => {
    const right = split(reference);
    edits += editDistance(split(candidates[i] as string), right);
    items += right.length;
  });
  check(items > 0, symbol, () => `expected references that are not empty, got nothing to compare with. Pass at least one with text.`);
  return edits / items;
}
