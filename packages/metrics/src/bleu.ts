import { check } from '@kumiko/core';
import { countAll, countCommon, countNGrams, splitWords } from './internal/n-grams.ts';
import { checkReferences } from './internal/references.ts';

/** Options of {@link bleu}. */
export interface BleuOptions {
  /** The longest runs of words that are compared, an integer >= 1. Default 4. */
  readonly maxOrder?: number;
  /** What a precision of 0 becomes: 0 (`'none'`, the default), or 1/2, 1/4, ... of one run (`'exponential'`), for short texts. */
  readonly smoothing?: 'none' | 'exponential';
  /** How text becomes words. Default: between white space. Scores compare only under the same rule. */
  readonly tokenize?: (text: string) => readonly string[];
}

/** Counts a run as often as the reference that has it most often. */
function clipped(references: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const most = new Map<string, number>();
  for (const counts of references) for (const [run, count] of counts) most.set(run, Math.max(most.get(run) ?? 0, count));
  return most;
}

/**
 * BLEU of a corpus, in [0, 1] (times 100 in papers): `min(1, exp(1 - r/c)) * exp(mean_n ln p_n)`, where p_n is the share of the candidates'
 * runs of n words that a reference has, c the words of the candidates, and r those of the references nearest in length.
 *
 * @param candidates the texts to judge
 * @param references for each, one or more right texts
 * @param options `maxOrder` (4), `smoothing` (`'none'`) and `tokenize`
 * @throws KumikoError when there are not references for every candidate, or an option is wrong
 * @example
 * bleu(['the cat sat on a mat'], [['the cat sat on the mat']]); // 0.5372849659117709, of precisions 5/6, 3/5, 2/4 and 1/3
 * @see Papineni et al., "BLEU: a method for automatic evaluation of machine translation", ACL 2002; sacreBLEU's corpus_bleu with `tokenize='none'`
 */
export function bleu(candidates: readonly string[], references: readonly (readonly string[])[], options: BleuOptions = {}): number {
  const { maxOrder = 4, smoothing = 'none', tokenize = splitWords } = options;
  checkReferences('bleu', candidates, references);
  check(Number.isInteger(maxOrder) && maxOrder >= 1, 'bleu', () => `expected maxOrder to be an integer >= 1, got ${maxOrder}. Pass 4.`);
  check(
    smoothing === 'none' || smoothing === 'exponential',
    'bleu',
    () => `expected smoothing to be 'none' or 'exponential', got '${String(smoothing)}'. Pass one of these.`,
  );
  const orders = Array.from({ length: maxOrder }, (_, i) => i + 1);
  const right = orders.map(() => 0);
  const all = orders.map(() => 0);
  let [length, referenceLength] = [0, 0];
  candidates.forEach((candidate, sample) => {
    const words = tokenize(candidate);
    const others = (references[sample] as readonly string[]).map(tokenize);
    length += words.length;
    const distance = (other: readonly string[]): number => Math.abs(other.length - words.length);
    referenceLength += others.reduce((best, other) =>
      distance(other) < distance(best) || (distance(other) === distance(best) && other.length < best.length) ? other : best,
    ).length;
    orders.forEach((order, i) => {
      const runs = countNGrams(words, order);
      right[i] = (right[i] as number) + countCommon(runs, clipped(others.map((other) => countNGrams(other, order))));
      all[i] = (all[i] as number) + countAll(runs);
    });
  });
  if (right.every((count) => count === 0)) return 0;
  let smallest = 1;
  const logarithms = orders.map((_, i) => {
    const [hits, runs] = [right[i] as number, all[i] as number];
    if (hits > 0) return Math.log(hits / runs);
    if (smoothing === 'none' || runs === 0) return -Infinity;
    smallest /= 2;
    return Math.log(smallest / runs);
  });
  const brevity = Math.min(1, Math.exp(1 - referenceLength / length));
  return brevity * Math.exp(logarithms.reduce((sum, value) => sum + value, 0) / maxOrder);
}
