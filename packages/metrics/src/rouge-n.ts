import { check } from '@kumiko/core';
import { countAll, countCommon, countNGrams } from './internal/n-grams.ts';
import { overlapScores, rougeWords } from './internal/overlap.ts';

/** What a candidate shares with a reference. */
export interface OverlapScores {
  /** Of the candidate, the share that the reference has. */
  readonly precision: number;
  /** Of the reference, the share that the candidate has. */
  readonly recall: number;
  /** `2 precision recall / (precision + recall)`; 0 when both are. */
  readonly f1: number;
}

/** Options of {@link rougeN} and `rougeL`. */
export interface RougeOptions {
  /** How text becomes words. Default: runs of letters and digits, in lower case. */
  readonly tokenize?: (text: string) => readonly string[];
}

/**
 * ROUGE-N: how many runs of `n` words a summary shares with a reference, each counted as often as in the text that has fewer.
 *
 * @param candidate the text to judge
 * @param reference the right text
 * @param n how many words a run has, an integer >= 1
 * @param options `tokenize`
 * @throws KumikoError when `n` is not such an integer
 * @example
 * rougeN('The cat sat.', 'the cat ran away', 1); // { precision: 0.6666666666666666, recall: 0.5, f1: 0.5714285714285714 }
 * @see Lin, "ROUGE: a package for automatic evaluation of summaries", 2004, section 2
 */
export function rougeN(candidate: string, reference: string, n: number, options: RougeOptions = {}): OverlapScores {
  const { tokenize = rougeWords } = options;
  check(Number.isInteger(n) && n >= 1, 'rougeN', () => `expected n to be an integer >= 1, got ${n}. Pass 1 or 2.`);
  const [ours, theirs] = [countNGrams(tokenize(candidate), n), countNGrams(tokenize(reference), n)];
  return overlapScores(countCommon(ours, theirs), countAll(ours), countAll(theirs));
}
