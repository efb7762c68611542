import type { Tensor } from '@tensorflow/tfjs-core';
import { foldIn, type Key } from '@kumiko/core';
import { batch, fromArrays, hostTensor, randomMap, shuffle, take } from '@kumiko/data';
import { SIDE, type Images } from './images.ts';
import type { FashionMnist } from './load-fashion-mnist.ts';

/** A batch of images `[n,28,28,1]` and their classes `[n]`. */
export type ImageBatch = { readonly x: Tensor; readonly y: Tensor };

/** Mean and deviation of the brightness over the 60,000 images to train on. */
const MEAN = 72.9404;
const DEVIATION = 90.0212;

/** The brightness of black. */
export const BLACK = -MEAN / DEVIATION;

const TEST_BATCH = 250;

/** Changes images by a key; a function of both. */
export type Augmentation = (images: Tensor, key: Key) => Tensor;

/** How images to train on are made ready. */
export interface PrepareOptions {
  readonly batchSize: number;
  /** What happens to images before they are learned. */
  readonly augmentation: Augmentation | undefined;
  /** Use only the first images; undefined: all. */
  readonly limit: number | undefined;
  readonly key: Key;
}

/** Batches to train on, shuffled and augmented, and batches to test on, as they are; brightness has mean 0 and deviation 1. */
export function prepare({ train, test }: FashionMnist, { batchSize, augmentation, limit, key }: PrepareOptions) {
  const rows = rowsOf(train, limit);
  const held = rowsOf(test, limit);
  const batches = batch(shuffle(rows, foldIn(key, 'shuffle')), batchSize, { remainder: 'drop' });
  return {
    train:
      augmentation === undefined
        ? batches
        : randomMap(batches, foldIn(key, 'augment'), ({ x, y }, own) => ({ x: augmentation(x, own), y })),
    test: batch(held, TEST_BATCH),
    sizes: { train: rows.length, test: held.length },
    batches: Math.floor(rows.length / batchSize),
  };
}

function rowsOf({ pixels, labels }: Images, limit = labels.length) {
  const x = Float32Array.from(pixels, (value) => (value - MEAN) / DEVIATION);
  return take(fromArrays({ x: hostTensor(x, [labels.length, SIDE, SIDE, 1]), y: Int32Array.from(labels) }), limit);
}
