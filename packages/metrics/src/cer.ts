import { editRate } from './internal/edit-rate.ts';

/**
 * Character error rate of a corpus: the fewest characters to insert, delete and replace that make the candidates right, for each character
 * of the references. 0 is perfect; it may exceed 1. Characters are Unicode code points; white space counts.
 *
 * @param candidates the texts to judge
 * @param references the right text for each
 * @throws KumikoError when there are not as many references as candidates, or they are empty
 * @example
 * cer(['kitten'], ['sitting']); // 0.42857142857142855, 3 edits of 7
 * @see Levenshtein, 1966
 */
export function cer(candidates: readonly string[], references: readonly string[]): number {
  return editRate('cer', candidates, references, (text) => Array.from(text));
}
