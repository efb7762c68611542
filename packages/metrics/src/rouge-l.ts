import { overlapScores, rougeWords } from './internal/overlap.ts';
import type { OverlapScores, RougeOptions } from './rouge-n.ts';

/** The length of the longest sequence that is in both, not necessarily without gaps. */
function longestCommon(first: readonly string[], second: readonly string[]): number {
  let before = new Uint32Array(second.length + 1);
  let now = new Uint32Array(second.length + 1);
  for (const item of first) {
    second.forEach((other, j) => {
      now[j + 1] = item === other ? (before[j] as number) + 1 : Math.max(before[j + 1] as number, now[j] as number);
    });
    [before, now] = [now, before];
  }
  return before[second.length] as number;
}

/**
 * ROUGE-L: the longest common subsequence of words of a summary and a reference, as shares of both.
 *
 * @param candidate the text to judge
 * @param reference the right text
 * @param options `tokenize`
 * @example
 * rougeL('police kill the gunman', 'police killed the gunman').f1; // 0.75
 * @see Lin, "ROUGE: a package for automatic evaluation of summaries", 2004, section 3, with beta = 1
 */
export function rougeL(candidate: string, reference: string, options: RougeOptions = {}): OverlapScores {
  const { tokenize = rougeWords } = options;
  const [ours, theirs] = [tokenize(candidate), tokenize(reference)];
  return overlapScores(longestCommon(ours, theirs), ours.length, theirs.length);
}
