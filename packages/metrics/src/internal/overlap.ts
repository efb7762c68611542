import type { OverlapScores } from '../rouge-n.ts';

/** Runs of letters and digits, in lower case. */
export function rougeWords(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

/** Precision, recall and F1 of what is common. */
export function overlapScores(common: number, candidate: number, reference: number): OverlapScores {
  const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
  return {
    precision: ratio(common, candidate),
    recall: ratio(common, reference),
    f1: ratio(2 * common, common === 0 ? 0 : candidate + reference),
  };
}
