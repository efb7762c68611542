import { check } from '@kumiko/core';

/** The characters of a text, each with its number. */
export interface Vocabulary {
  /** In the order of their code points. */
  readonly characters: readonly string[];
  /** @throws KumikoError for a character that the text did not have */
  encode(text: string): Int32Array;
  decode(tokens: Iterable<number>): string;
}

/** The vocabulary of some characters; those that occur twice count once. */
export function makeVocabulary(text: Iterable<string>): Vocabulary {
  const characters = [...new Set(text)].sort((a, b) => (a.codePointAt(0) as number) - (b.codePointAt(0) as number));
  const numbers = new Map(characters.map((character, i) => [character, i]));
  return {
    characters,
    encode: (text) =>
      Int32Array.from(text, (character) => {
        const number = numbers.get(character);
        check(
          number !== undefined,
          'char-gpt',
          () => `expected characters that the text has, got ${JSON.stringify(character)}. Leave it out of the prompt.`,
        );
        return number;
      }),
    decode: (tokens) => Array.from(tokens, (token) => characters[token] ?? '').join(''),
  };
}
