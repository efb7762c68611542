import type { Tensor } from '@tensorflow/tfjs-core';
import { foldIn, generator, type Key } from '@kumiko/core';
import { batch, fromArrays, hostTensor, shuffle, stratifiedSplit, subset } from '@kumiko/data';
import { SIDE, type Images } from './images.ts';

/** A batch of images `[n,28,28,1]` and their classes `[n]`. */
export type ImageBatch = { readonly x: Tensor; readonly y: Tensor };

/** Shares of the images to train on and to test on. */
const PARTS = [0.8, 0.2];
const TEST_BATCH = 250;
const SIZE = SIDE ** 2;

/** The images at random places, all if there are no more than `limit`. */
export function limited(images: Images, limit: number | undefined, key: Key): Images {
  const { pixels, labels, names } = images;
  if (limit === undefined || limit >= labels.length) return images;
  const chosen = generator(key).permutation(labels.length).subarray(0, limit);
  const few = new Uint8Array(limit * SIZE);
  for (const [i, place] of chosen.entries()) few.set(pixels.subarray(place * SIZE, (place + 1) * SIZE), i * SIZE);
  return { pixels: few, labels: Uint8Array.from(chosen, (place) => labels[place] as number), names };
}

/**
 * Shuffled batches to train on and batches to test on, `{ x: float32 [n,28,28,1], y: int32 [n] }`. Every class has its share in both.
 * Pixels are scaled to mean 0 and deviation 1 over the training images.
 */
export function prepare({ pixels, labels }: Images, batchSize: number, key: Key) {
  const [trainIndices, testIndices] = stratifiedSplit(labels, PARTS, foldIn(key, 'split')) as [Int32Array, Int32Array];
  const { mean, deviation } = brightness(pixels, trainIndices);
  const x = Float32Array.from(pixels, (value) => (value - mean) / deviation);
  const rows = fromArrays({ x: hostTensor(x, [labels.length, SIDE, SIDE, 1]), y: Int32Array.from(labels) });
  const [train, test] = [subset(rows, trainIndices), subset(rows, testIndices)];
  return {
    train: batch(shuffle(train, foldIn(key, 'shuffle')), batchSize, { remainder: 'drop' }),
    test: batch(test, TEST_BATCH),
    sizes: { train: train.length, test: test.length },
    batches: Math.floor(train.length / batchSize),
  };
}

/** Mean and deviation of the pixels of some images. */
function brightness(pixels: Uint8Array, indices: Int32Array): { mean: number; deviation: number } {
  let [sum, squares] = [0, 0];
  for (const index of indices) {
    for (const value of pixels.subarray(index * SIZE, (index + 1) * SIZE)) {
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / (indices.length * SIZE);
  return { mean, deviation: Math.sqrt(squares / (indices.length * SIZE) - mean ** 2) };
}
