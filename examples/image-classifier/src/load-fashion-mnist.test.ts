import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadFashionMnist } from './load-fashion-mnist.ts';
import { parseIdx } from './parse-idx.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kumiko-test-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** IDX bytes of a shape, counting from 0. */
function idx(...shape: number[]): Uint8Array {
  const size = shape.reduce((product, length) => product * length, 1);
  const header = [0, 0, 8, shape.length, ...shape.flatMap((length) => [0, 0, length >> 8, length & 255])];
  return Uint8Array.from([...header, ...Array.from({ length: size }, (_, i) => i % 256)]);
}

async function write(images: Uint8Array, labels: Uint8Array): Promise<void> {
  await writeFile(join(folder, 'train-images-idx3-ubyte.gz'), gzipSync(images));
  await writeFile(join(folder, 'train-labels-idx1-ubyte.gz'), gzipSync(labels));
}

test('reads images, labels and names', async () => {
  await write(idx(3, 28, 28), idx(3));
  const { pixels, labels, names } = await loadFashionMnist(folder);
  expect(pixels).toHaveLength(3 * 784);
  expect(Array.from(pixels.subarray(784, 787))).toEqual([784 % 256, 785 % 256, 786 % 256]);
  expect(Array.from(labels)).toEqual([0, 1, 2]);
  expect(names[9]).toBe('ankle boot');
});

test('says how to install what is missing, and what does not fit', async () => {
  await expect(loadFashionMnist(folder)).rejects.toThrow(
    /^loadFashionMnist: expected .*train-images-idx3-ubyte\.gz, got no such file\. Install it: apt-get install dataset-fashion-mnist\.$/,
  );
  await write(idx(3, 28, 27), idx(3));
  await expect(loadFashionMnist(folder)).rejects.toThrow('expected a label for each image of 28 x 28, got shapes [3,28,27] and [3]');
  await write(idx(3, 28, 28), idx(2));
  await expect(loadFashionMnist(folder)).rejects.toThrow('got shapes [3,28,28] and [2]');
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
  expect(() => parseIdx('labels', idx(4).subarray(0, 10))).toThrow('parseIdx: expected labels to hold 4 values, got 2. ');
});
