import type { Tensor } from '@tensorflow/tfjs-core';
import { foldIn, type Key } from '@kumiko/core';
import { batch, fromArrays, hostTensor, randomCrop, randomHorizontalFlip, randomMap, shuffle, take, type Source } from '@kumiko/data';
import { SIDE, type Images } from './images.ts';
import type { FashionMnist } from './load-fashion-mnist.ts';

/** A batch of images `[n,28,28,1]` and their classes `[n]`. */
export type ImageBatch = { readonly x: Tensor; readonly y: Tensor };

/** Mean and deviation of the brightness over the 60,000 images to train on. */
const MEAN = 72.9404;
const DEVIATION = 90.0212;
const BLACK = -MEAN / DEVIATION;

const TEST_BATCH = 250;

/** How images to train on are made ready. */
export interface PrepareOptions {
  readonly batchSize: number;
  /** By how many pixels images are moved at random, at most; they are mirrored at random too. 0: neither. */
  readonly shift: number;
  /** Use only the first images; undefined: all. */
  readonly limit: number | undefined;
  readonly key: Key;
}

/** Batches to train on, shuffled and augmented, and batches to test on, as they are; brightness has mean 0 and deviation 1. */
export function prepare({ train, test }: FashionMnist, { batchSize, shift, limit, key }: PrepareOptions) {
  const rows = rowsOf(train, limit);
  const held = rowsOf(test, limit);
  const batches = batch(shuffle(rows, foldIn(key, 'shuffle')), batchSize, { remainder: 'drop' });
  return {
    train: shift > 0 ? augment(batches, shift, foldIn(key, 'augment')) : batches,
    test: batch(held, TEST_BATCH),
    sizes: { train: rows.length, test: held.length },
    batches: Math.floor(rows.length / batchSize),
  };
}

function rowsOf({ pixels, labels }: Images, limit = labels.length) {
  const x = Float32Array.from(pixels, (value) => (value - MEAN) / DEVIATION);
  return take(fromArrays({ x: hostTensor(x, [labels.length, SIDE, SIDE, 1]), y: Int32Array.from(labels) }), limit);
}

/** Moves and mirrors images, others in every epoch. */
function augment(batches: Source<ImageBatch>, shift: number, key: Key): Source<ImageBatch> {
  return randomMap(batches, key, ({ x, y }, own) => {
    const moved = randomCrop(x, foldIn(own, 'crop'), { padding: shift, fill: BLACK });
    const mirrored = randomHorizontalFlip(moved, foldIn(own, 'flip'));
    moved.dispose();
    return { x: mirrored, y };
  });
}
