import { describe, expect, test } from 'vitest';
import golden from '../../../fixtures/metrics/text.json' with { type: 'json' };
import { bleu } from './bleu.ts';
import { cer } from './cer.ts';
import { chrF } from './chr-f.ts';
import { rougeL } from './rouge-l.ts';
import { rougeN } from './rouge-n.ts';
import { wer } from './wer.ts';

describe.each(golden.rows)('sacreBLEU: $name', ({ candidates, references, ...expected }) => {
  test('bleu', () => {
    expect(bleu(candidates, references)).toBeCloseTo(expected.bleu, 12);
    expect(bleu(candidates, references, { smoothing: 'exponential' })).toBeCloseTo(expected.smoothedBleu, 12);
  });

  test('chrF', () => {
    expect(chrF(candidates, references)).toBeCloseTo(expected.chrF, 12);
    expect(chrF(candidates, references, { maxOrder: 3, beta: 1 })).toBeCloseTo(expected.chrF3, 12);
  });

  test('chrF++', () => {
    expect(chrF(candidates, references, { wordOrder: 2 })).toBeCloseTo(expected.chrFPlusPlus, 12);
    expect(chrF(candidates, references, { maxOrder: 2, wordOrder: 3, beta: 3 })).toBeCloseTo(expected.words3, 12);
  });
});

describe('bleu', () => {
  test('clips runs to the reference that has most, as in the paper', () => {
    // Papineni et al., example 2: 'the' seven times, twice in a reference: 2/7.
    const references = [['the cat is on the mat', 'there is a cat on the mat']];
    expect(bleu(['the the the the the the the'], references, { maxOrder: 1 })).toBeCloseTo(2 / 7, 15);
  });

  test('compares with the shorter of two references that are equally near in length', () => {
    // Three words against two and four: not too short. Against four alone the penalty is exp(1 - 4/3).
    expect(bleu(['a b c'], [['a b c d', 'a b']], { maxOrder: 1 })).toBe(1);
    expect(bleu(['a b c'], [['a b c d']], { maxOrder: 1 })).toBeCloseTo(Math.exp(-1 / 3), 15);
  });

  test('takes another tokenizer, and 0 of nothing', () => {
    expect(bleu(['The Cat'], [['the cat']], { maxOrder: 2, tokenize: (text) => text.toLowerCase().split(' ') })).toBe(1);
    expect(bleu([], [])).toBe(0);
    expect(bleu([''], [['']])).toBe(0);
  });

  test('refuses texts without references and bad options', () => {
    expect(() => bleu(['a', 'b'], [['a']])).toThrow(
      'bleu: expected references for 2 candidates, got them for 1. Pass a list of references for each.',
    );
    expect(() => bleu(['a'], [[]])).toThrow('bleu: expected at least one reference, got none for candidate 0. Pass a right text for each.');
    expect(() => bleu([], [], { maxOrder: 0 })).toThrow('bleu: expected maxOrder to be an integer >= 1, got 0. Pass 4.');
    expect(() => bleu([], [], { smoothing: 'exp' as 'none' })).toThrow(
      "bleu: expected smoothing to be 'none' or 'exponential', got 'exp'.",
    );
    expect(() => chrF([], [], { maxOrder: 1.5 })).toThrow('chrF: expected maxOrder to be an integer >= 1, got 1.5. Pass 6.');
    expect(() => chrF([], [], { wordOrder: -1 })).toThrow('chrF: expected wordOrder to be an integer >= 0, got -1. Pass 2 for chrF++.');
    expect(() => chrF([], [], { beta: 0 })).toThrow('chrF: expected beta to be a number > 0, got 0. Pass 2.');
    expect(() => chrF(['a'], [])).toThrow('chrF: expected references for 1 candidates');
  });
});

test('chrF counts no runs of a candidate that are longer than its reference', () => {
  // Characters: 1 + 4 right of 3 + 4, of 1 + 4. Pairs: 3 right of 3, of 3; 'ab' and 'bc' against 'a' do not count.
  // Precision (5/7 + 1) / 2 = 6/7, recall 1: 5 (6/7) / (4 (6/7) + 1) = 30/31.
  expect(chrF(['abc', 'abcd'], [['a'], ['abcd']], { maxOrder: 2 })).toBeCloseTo(30 / 31, 15);
});

describe('rouge', () => {
  // Lin 2004, section 3.1: S1 = police killed the gunman, S2 = police kill the gunman, S3 = the gunman kill police.
  const reference = 'police killed the gunman';

  test('the examples of the paper', () => {
    expect(rougeL('police kill the gunman', reference)).toEqual({ precision: 0.75, recall: 0.75, f1: 0.75 });
    expect(rougeL('the gunman kill police', reference)).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5 });
    // S2 and S3 share one pair with S1: 'the gunman', of three.
    for (const candidate of ['police kill the gunman', 'the gunman kill police']) {
      expect(rougeN(candidate, reference, 2)).toEqual({ precision: 1 / 3, recall: 1 / 3, f1: 1 / 3 });
    }
  });

  test('counts a run as often as the text that has fewer, without case and punctuation', () => {
    // the the cat | The dog, the big dog: 2 of 3, 2 of 5, 4/8.
    expect(rougeN('the the cat', 'The dog, the big dog!', 1)).toEqual({ precision: 2 / 3, recall: 2 / 5, f1: 0.5 });
    // Longest: the the.
    expect(rougeL('the the cat', 'The dog, the big dog!')).toEqual({ precision: 2 / 3, recall: 2 / 5, f1: 0.5 });
    expect(rougeN('Größe', 'größe', 1).f1).toBe(1);
  });

  test('rougeL uses a word once', () => {
    expect(rougeL('a a', 'a')).toEqual({ precision: 1 / 2, recall: 1, f1: 2 / 3 });
  });

  test('of nothing is 0', () => {
    const nothing = { precision: 0, recall: 0, f1: 0 };
    expect(rougeL('', 'a')).toEqual(nothing);
    expect(rougeL('a', '')).toEqual(nothing);
    expect(rougeN('a b', 'a b', 3)).toEqual(nothing);
    expect(() => rougeN('a', 'a', 0)).toThrow('rougeN: expected n to be an integer >= 1, got 0. Pass 1 or 2.');
  });

  test('takes another tokenizer', () => {
    const tokenize = (text: string): string[] => Array.from(text);
    expect(rougeN('ab', 'ac', 1, { tokenize }).f1).toBe(0.5);
    expect(rougeL('ab', 'ac', { tokenize }).f1).toBe(0.5);
  });
});

describe('wer and cer', () => {
  test('count the fewest edits', () => {
    // A word replaced, one missing, one too many: 3 of 5.
    expect(wer(['a x c e f'], ['a b c d e'])).toBe(3 / 5);
    expect(cer(['intention'], ['execution'])).toBe(5 / 9);
    expect(cer(['\u{1d4d0}b'], ['\u{1d4d0}c'])).toBe(1 / 2);
  });

  test('a missing and a needless word cost one', () => {
    expect(wer(['a'], ['a b'])).toBe(1 / 2);
    expect(wer(['a b'], ['a'])).toBe(1);
  });

  test('sum over the corpus, not over its rates', () => {
    // 1 edit of 1 word, 0 of 3: 1/4; the mean of the rates is 1/2.
    expect(wer(['x', 'a b c'], ['y', 'a b c'])).toBe(1 / 4);
  });

  test('may exceed 1, and want something to compare with', () => {
    expect(wer(['a b c'], ['x'])).toBe(3);
    expect(wer(['a', ''], ['', 'b'])).toBe(2);
    expect(() => wer(['a'], [' '])).toThrow(
      'wer: expected references that are not empty, got nothing to compare with. Pass at least one with text.',
    );
    expect(() => cer(['a'], [])).toThrow('cer: expected as many references as candidates, got 0 and 1. Pass one right text for each.');
  });
});
