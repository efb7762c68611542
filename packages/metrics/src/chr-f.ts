import { check } from '@kumiko/core';
import { countAll, countCommon, countNGrams, splitWords } from './internal/n-grams.ts';
import { checkReferences } from './internal/references.ts';

/** Options of {@link chrF}. */
export interface ChrFOptions {
  /** The longest runs of characters that are compared, an integer >= 1. Default 6. */
  readonly maxOrder?: number;
  /** The longest runs of words that are compared beside them, an integer >= 0; 2 is chrF++. Default 0: none. */
  readonly wordOrder?: number;
  /** How many times as much recall counts as precision, > 0. Default 2. */
  readonly beta?: number;
}

/** For each order: runs of the candidate, of the reference, and those of both. */
type Counts = readonly { readonly candidate: number; readonly reference: number; readonly common: number }[];

/** The characters of a text without white space, and its words. */
interface Pieces {
  readonly characters: readonly string[];
  readonly words: readonly string[];
}

const PUNCTUATION = new Set('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~');

/** Words, of which one mark of punctuation is split off: the last character if it is one, else the first. */
function splitPunctuation(text: string): string[] {
  return splitWords(text).flatMap((word) => {
    const characters = Array.from(word);
    const [first, last] = [characters[0] as string, characters.at(-1) as string];
    if (characters.length === 1) return [word];
    if (PUNCTUATION.has(last)) return [word.slice(0, -1), last];
    return PUNCTUATION.has(first) ? [first, word.slice(1)] : [word];
  });
}

function piecesOf(text: string): Pieces {
  return { characters: Array.from(text.replace(/\s+/gu, '')), words: splitPunctuation(text) };
}

function compareRuns(candidate: readonly string[], reference: readonly string[], maxOrder: number): Counts {
  return Array.from({ length: maxOrder }, (_, i) => {
    const [ours, theirs] = [countNGrams(candidate, i + 1), countNGrams(reference, i + 1)];
    // Runs longer than the reference cannot be right, and are not counted as wrong.
    return { candidate: theirs.size === 0 ? 0 : countAll(ours), reference: countAll(theirs), common: countCommon(ours, theirs) };
  });
}

function compare(candidate: Pieces, reference: Pieces, maxOrder: number, wordOrder: number): Counts {
  return [
    ...compareRuns(candidate.characters, reference.characters, maxOrder),
    ...compareRuns(candidate.words, reference.words, wordOrder),
  ];
}

function score(counts: Counts, beta: number): number {
  const known = counts.filter(({ candidate, reference }) => candidate > 0 && reference > 0);
  const precision = known.reduce((sum, { candidate, common }) => sum + common / candidate, 0) / known.length;
  const recall = known.reduce((sum, { reference, common }) => sum + common / reference, 0) / known.length;
  return precision + recall > 0 ? ((1 + beta ** 2) * precision * recall) / (beta ** 2 * precision + recall) : 0;
}

/**
 * chrF of a corpus, in [0, 1] (times 100 in papers): the F score, recall counted `beta` times, of the mean precision and the mean recall of
 * runs of 1 to `maxOrder` characters, without white space, and of 1 to `wordOrder` words. It needs no tokens, and honours half-right words.
 * `wordOrder: 2` is chrF++, which agrees more with people; its words are what stands between white space, less a mark of punctuation.
 * Of several references the one with the best score of its own counts.
 *
 * @param candidates the texts to judge
 * @param references for each, one or more right texts
 * @param options `maxOrder` (6), `wordOrder` (0) and `beta` (2)
 * @throws KumikoError when there are not references for every candidate, or an option is wrong
 * @example
 * chrF(['abc'], [['abd']], { maxOrder: 2 }); // 0.5833333333333334, of 2/3 of the characters and 1/2 of the pairs
 * chrF(['a b'], [['a c']], { maxOrder: 1, wordOrder: 1 }); // 0.5, of 1/2 of the characters and 1/2 of the words
 * @see Popovic, "chrF++: words helping character n-grams", WMT 2017; Popovic, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015; sacreBLEU's corpus_chrf
 */
export function chrF(candidates: readonly string[], references: readonly (readonly string[])[], options: ChrFOptions = {}): number {
  const { maxOrder = 6, wordOrder = 0, beta = 2 } = options;
  checkReferences('chrF', candidates, references);
  check(Number.isInteger(maxOrder) && maxOrder >= 1, 'chrF', () => `expected maxOrder to be an integer >= 1, got ${maxOrder}. Pass 6.`);
  check(
    Number.isInteger(wordOrder) && wordOrder >= 0,
    'chrF',
    () => `expected wordOrder to be an integer >= 0, got ${wordOrder}. Pass 2 for chrF++.`,
  );
  check(Number.isFinite(beta) && beta > 0, 'chrF', () => `expected beta to be a number > 0, got ${beta}. Pass 2.`);
  const samples = candidates.map((candidate, sample) => {
    const ours = piecesOf(candidate);
    const all = (references[sample] as readonly string[]).map((text) => compare(ours, piecesOf(text), maxOrder, wordOrder));
    return all.reduce((best, counts) => (score(counts, beta) > score(best, beta) ? counts : best));
  });
  const total = Array.from({ length: maxOrder + wordOrder }, (_, i) => {
    const sum = (of: (counts: Counts[number]) => number): number =>
      samples.reduce((all, counts) => all + of(counts[i] as Counts[number]), 0);
    return { candidate: sum((c) => c.candidate), reference: sum((c) => c.reference), common: sum((c) => c.common) };
  });
  return score(total, beta);
}
