import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { idxBytes, writeParts } from './data-set.fixture.ts';
import { loadFashionMnist } from './load-fashion-mnist.ts';
import { parseIdx } from './parse-idx.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kumiko-test-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('reads the images and labels of both parts', async () => {
  await writeParts(folder, 3, 2);
  const { train, test } = await loadFashionMnist(folder);
  expect(train.pixels).toHaveLength(3 * 784);
  expect(Array.from(train.pixels.subarray(784, 787))).toEqual([784 % 256, 785 % 256, 786 % 256]);
  expect(Array.from(train.labels)).toEqual([0, 1, 2]);
  expect(test.pixels).toHaveLength(2 * 784);
  expect(Array.from(test.labels)).toEqual([0, 1]);
});

test('says how to get what is missing, and what does not fit', async () => {
  await expect(loadFashionMnist(folder)).rejects.toThrow(
    /^loadFashionMnist: expected .*train-images-idx3-ubyte\.gz, got no such file\. Install it: apt-get install dataset-fashion-mnist\. Or download the four files from https:.* and pass --data FOLDER\.$/,
  );
  await writeParts(folder, 3, 2);
  await rm(join(folder, 't10k-labels-idx1-ubyte.gz'));
  await expect(loadFashionMnist(folder)).rejects.toThrow('t10k-labels-idx1-ubyte.gz, got no such file. ');
  await writeFile(join(folder, 't10k-labels-idx1-ubyte.gz'), gzipSync(idxBytes([3])));
  await expect(loadFashionMnist(folder)).rejects.toThrow(
    'expected a label for each image of 28 x 28, got shapes [2,28,28] and [3] in t10k. ',
  );
  await writeFile(join(folder, 't10k-labels-idx1-ubyte.gz'), gzipSync(idxBytes([2], () => 10)));
  await expect(loadFashionMnist(folder)).rejects.toThrow('expected labels below 10, got 10 in t10k. Download the files again.');
});

test.each([
  ['nothing', new Uint8Array()],
  ['another type', Uint8Array.from([0, 0, 13, 0])],
  ['no header', Uint8Array.from([1, 0, 8, 0])],
  ['a header cut short', Uint8Array.from([0, 0, 8, 2, 0, 0, 0, 1])],
])('parseIdx refuses %s', (_what, bytes) => {
  expect(() => parseIdx('labels', bytes)).toThrow('parseIdx: expected labels to be an IDX file of unsigned bytes, got other bytes. ');
});

test('parseIdx refuses values cut short', () => {
  expect(() => parseIdx('labels', idxBytes([4]).subarray(0, 10))).toThrow('parseIdx: expected labels to hold 4 values, got 2. ');
});
