import { editRate } from './internal/edit-rate.ts';
import { splitWords } from './internal/n-grams.ts';

/**
 * Word error rate of a corpus: the fewest words to insert, delete and replace that make the candidates right, for each word of the references.
 * 0 is perfect; it may exceed 1. Words are what stands between white space; case and punctuation count, so normalise before.
 *
 * @param candidates the texts to judge
 * @param references the right text for each
 * @throws KumikoError when there are not as many references as candidates, or they have no words
 * @example
 * wer(['the cat sat mat', 'hello'], ['the cat sat on the mat', 'hello']); // 0.2857142857142857, 2 words are missing of 7
 * @see Levenshtein, 1966; Morris et al., "From WER and RIL to MER and WIL", 2004
 */
export function wer(candidates: readonly string[], references: readonly string[]): number {
  return editRate('wer', candidates, references, splitWords);
}
