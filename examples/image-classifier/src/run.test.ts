import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { key } from '@kumiko/core';
import type { Images } from './images.ts';
import { parseOptions } from './options.ts';
import { limited, prepare } from './prepare.ts';
import { announcement, run } from './run.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kumiko-test-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

test('a short run goes through, and the same seed gives the same parameters', async () => {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const digests: unknown[] = [];
  try {
    for (const [seed, threads] of [
      [1, 1],
      [1, 2],
      [2, 1],
    ]) {
      const lines: string[] = [];
      const output = join(folder, `${seed}.safetensors`);
      await run(parseOptions(`--limit 200 --epochs 1 --seed ${seed} --threads ${threads} --output ${output}`.split(' ')), (line) =>
        lines.push(line),
      );
      const text = lines.join('\n');
      expect(lines[0]).toMatch(/^Trains a convolutional network to tell handwritten digits \(MNIST\) apart, once over the images\./);
      expect(text).toContain('160 images to train on, 40 held out. Backend wasm');
      expect(text).toContain('loaded back, it predicts the same');
      expect(text).toMatch(/\d+\.\d\d % of the 40 held-out images are right/);
      digests.push(/Parameters ([0-9a-f]{16}):/.exec(text)?.[1]);
    }
  } finally {
    written.mockRestore();
  }
  expect(digests[0]).toBeDefined();
  expect(digests[1]).toBe(digests[0]);
  expect(digests[2]).not.toBe(digests[0]);
  expect(await readdir(folder)).toEqual(['1.safetensors', '2.safetensors']);
});

test('says what to expect only of the usual run', () => {
  expect(announcement(parseOptions([]))).toBe(
    'Trains a convolutional network to tell handwritten digits (MNIST) apart, 6 times over the images: under a minute on two cores, for about 98.5 % of images it has not seen.',
  );
  expect(announcement(parseOptions(['--limit', '500']))).not.toContain('about');
});

/** 50 images of class 0, black, and 50 of class 1, white. */
const images: Images = {
  pixels: Uint8Array.from({ length: 100 * 784 }, (_, i) => (i < 50 * 784 ? 0 : 255)),
  labels: Uint8Array.from({ length: 100 }, (_, i) => Number(i >= 50)),
  names: ['black', 'white'],
};

test('splits by class and scales by the training images', async () => {
  await selectBackend([cpu()]);
  const { train, test: held, sizes, batches } = prepare(images, 16, key(0));
  expect([sizes, batches]).toEqual([{ train: 80, test: 20 }, 5]);
  const seen: number[] = [];
  for await (const { x, y } of train) {
    expect([x.shape, x.dtype, y.shape, y.dtype]).toEqual([[16, 28, 28, 1], 'float32', [16], 'int32']);
    const labels = y.dataSync();
    // Half black and half white: mean 127.5 and deviation 127.5, so -1 and 1.
    labels.forEach((label, i) => expect(x.dataSync()[i * 784]).toBeCloseTo(label === 0 ? -1 : 1, 6));
    seen.push(...labels);
    x.dispose();
    y.dispose();
  }
  expect(seen.filter((label) => label === 1)).toHaveLength(40);
  for await (const { x, y } of held) {
    expect([...y.dataSync()].reduce((sum, label) => sum + label, 0)).toBe(10);
    x.dispose();
    y.dispose();
  }
});

test('limited takes images with their labels, by the key', () => {
  const few = limited(images, 10, key(3));
  expect(few.labels).toHaveLength(10);
  few.labels.forEach((label, i) => expect(few.pixels[i * 784]).toBe(label * 255));
  expect(limited(images, 10, key(3)).labels).toEqual(few.labels);
  expect(limited(images, undefined, key(3))).toBe(images);
  expect(limited(images, 100, key(3))).toBe(images);
});
