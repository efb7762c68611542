import * as tf from '@tensorflow/tfjs-core';
import { generator, key } from '@kumiko/core';
import { onEveryBackend } from '@kumiko/testing';
import { afterEach, assert, beforeEach, describe, expect, test } from 'vitest';
import { batch } from '../batch.ts';
import { fromArrays } from '../from-arrays.ts';
import { hostTensor } from '../host-tensor.ts';
import { randomMap } from '../random-map.ts';
import { shuffle } from '../shuffle.ts';
import { mixup } from './mixup.ts';
import { randomCrop } from './random-crop.ts';
import { randomErasing } from './random-erasing.ts';
import { randomHorizontalFlip } from './random-horizontal-flip.ts';

/** Values of the tensor that `make` returns, with its shape and type. */
function valuesOf(make: () => tf.Tensor): { values: number[]; shape: number[]; dtype: string } {
  const tensor = tf.tidy(make);
  const read = { values: [...tensor.dataSync()], shape: tensor.shape, dtype: tensor.dtype };
  tensor.dispose();
  return read;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** `images` of `height` x `width`, in which image i has the pixels 100 i, 100 i + 1, ... and a second channel that is their negative. */
function numbered(images: number, height: number, width: number): tf.Tensor4D {
  const pixels = range(images).flatMap((image) => range(height * width).flatMap((pixel) => [100 * image + pixel, -(100 * image + pixel)]));
  return tf.tensor4d(pixels, [images, height, width, 2]);
}

/** 400 images of 3 x 3, in which every pixel has its place's number. */
const places = (): tf.Tensor4D => tf.tensor4d(Array.from({ length: 400 }, () => range(9)).flat(), [400, 3, 3, 1]);

/** How often each value occurs. */
function counts(values: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const value of values) found.set(value, (found.get(value) ?? 0) + 1);
  return found;
}

/** The rectangle of erased pixels in each of the images, all ones but for it; undefined where there is none. */
function rectangles(values: readonly number[], height: number, width: number, fill: number) {
  return range(values.length / (height * width)).map((image) => {
    const erased = range(height * width).filter((pixel) => values[image * height * width + pixel] === fill);
    if (erased.length === 0) return undefined;
    const rows = erased.map((pixel) => Math.floor(pixel / width));
    const columns = erased.map((pixel) => pixel % width);
    const [top, left] = [Math.min(...rows), Math.min(...columns)];
    const sides = { top, left, height: Math.max(...rows) - top + 1, width: Math.max(...columns) - left + 1 };
    // Nothing but the whole rectangle.
    expect(erased).toHaveLength(sides.height * sides.width);
    return sides;
  });
}

onEveryBackend(() => {
  let tensorsBefore = 0;
  beforeEach(() => {
    tensorsBefore = tf.memory().numTensors;
  });
  afterEach(() => {
    assert.equal(tf.memory().numTensors, tensorsBefore, 'tensors');
  });

  describe('every augmentation of images', () => {
    const rows: [string, (images: tf.Tensor, seed: number) => tf.Tensor][] = [
      ['randomHorizontalFlip', (images, seed) => randomHorizontalFlip(images, key(seed))],
      ['randomCrop', (images, seed) => randomCrop(images, key(seed), { padding: 2 })],
      ['randomErasing', (images, seed) => randomErasing(images, key(seed))],
    ];

    test.each(rows)('%s gives the same bits for the same key, others for another', (_name, augment) => {
      const [first, again, other] = [5, 5, 6].map((seed) => valuesOf(() => augment(numbered(16, 6, 5), seed)));
      expect(first?.shape).toEqual([16, 6, 5, 2]);
      expect(again).toEqual(first);
      expect(other).not.toEqual(first);
    });

    test.each(rows)('%s keeps the type, and takes an empty batch', (_name, augment) => {
      for (const dtype of ['int32', 'bool', 'float32'] as const) {
        const made = valuesOf(() => augment(tf.cast(numbered(3, 6, 5), dtype), 0));
        expect([made.dtype, made.shape]).toEqual([dtype, [3, 6, 5, 2]]);
      }
      expect(valuesOf(() => augment(tf.zeros([0, 6, 5, 1]), 0)).shape).toEqual([0, 6, 5, 1]);
    });

    test.each(rows)('%s refuses what are no images', (name, augment) => {
      tf.tidy(() => {
        expect(() => augment(tf.zeros([4, 28, 28]), 0)).toThrow(`${name}: expected images [batch,height,width,channels], got [4,28,28]. `);
      });
    });
  });

  describe('randomHorizontalFlip', () => {
    test('reverses columns and leaves rows, channels and images where they are', () => {
      expect(valuesOf(() => randomHorizontalFlip(numbered(2, 2, 3), key(0), { probability: 1 })).values).toEqual(
        [2, 1, 0, 5, 4, 3, 102, 101, 100, 105, 104, 103].flatMap((pixel) => [pixel, -pixel]),
      );
      expect(valuesOf(() => randomHorizontalFlip(numbered(2, 2, 3), key(0), { probability: 0 })).values).toEqual(
        valuesOf(() => numbered(2, 2, 3)).values,
      );
    });

    test('mirrors images whole, as often as it should', () => {
      const { values } = valuesOf(() => randomHorizontalFlip(places(), key(1), { probability: 0.25 }));
      const found = counts(range(400).map((image) => values.slice(9 * image, 9 * image + 9).join()));
      expect([...found.keys()].sort()).toEqual(['0,1,2,3,4,5,6,7,8', '2,1,0,5,4,3,8,7,6']);
      // 100 +- 4 deviations of sqrt(400 * 0.25 * 0.75) = 8.7.
      expect(Math.abs((found.get('2,1,0,5,4,3,8,7,6') ?? 0) - 100)).toBeLessThan(35);
    });

    test('says what is wrong with a probability', () => {
      tf.tidy(() => {
        expect(() => randomHorizontalFlip(places(), key(0), { probability: 1.5 })).toThrow(
          'randomHorizontalFlip: expected probability in [0, 1], got 1.5. ',
        );
        expect(() => randomHorizontalFlip(places(), key(0), { probability: NaN })).toThrow('got NaN');
      });
    });
  });

  describe('randomCrop', () => {
    test('moves an image to each place alike often, the rest filled', () => {
      const { values } = valuesOf(() => randomCrop(tf.add(places(), 1), key(2), { padding: 1, fill: -7 }));
      const found = counts(range(400).map((image) => values.slice(9 * image, 9 * image + 9).join()));
      // The nine places of a 3 x 3 window in the image 1 to 9 with a border of -7.
      const padded = (row: number, column: number): number =>
        row >= 0 && row < 3 && column >= 0 && column < 3 ? 3 * row + column + 1 : -7;
      const expected = [-1, 0, 1].flatMap((top) =>
        [-1, 0, 1].map((left) =>
          range(9)
            .map((i) => padded(Math.floor(i / 3) + top, (i % 3) + left))
            .join(),
        ),
      );
      expect([...found.keys()].sort()).toEqual(expected.sort());
      // 44.4 +- 4 deviations of sqrt(400 / 9 * 8 / 9) = 6.3.
      for (const count of found.values()) expect(Math.abs(count - 400 / 9)).toBeLessThan(25);
    });

    test('cuts windows of another size out of each image, with all channels', () => {
      const { values, shape } = valuesOf(() => randomCrop(numbered(8, 4, 5), key(3), { size: [2, 3] }));
      expect(shape).toEqual([8, 2, 3, 2]);
      range(8).forEach((image) => {
        const pixels = values.slice(12 * image, 12 * image + 12);
        const first = (pixels[0] as number) - 100 * image;
        const [top, left] = [Math.floor(first / 5), first % 5];
        expect([top <= 2, left <= 2]).toEqual([true, true]);
        expect(pixels).toEqual([0, 1, 2, 5, 6, 7].map((step) => 100 * image + first + step).flatMap((pixel) => [pixel, -pixel]));
      });
      expect(valuesOf(() => randomCrop(numbered(2, 4, 5), key(3), { size: 4 })).shape).toEqual([2, 4, 4, 2]);
    });

    test('says what is wrong with an option', () => {
      tf.tidy(() => {
        const crop = (options: Parameters<typeof randomCrop>[2]) => () => randomCrop(places(), key(0), options);
        expect(crop({ padding: 0.5 })).toThrow('randomCrop: expected padding to be a whole number of at least 0, got 0.5. ');
        expect(crop({ padding: -1 })).toThrow('got -1');
        expect(crop({ size: 6, padding: 1 })).toThrow(
          'randomCrop: expected a size from 1 x 1 to 5 x 5, got 6 x 6 of images [400,3,3,1]. Pass a smaller size, or more padding.',
        );
        expect(crop({ size: [3, 0] })).toThrow('got 3 x 0');
        expect(crop({ size: 1.5 })).toThrow('got 1.5 x 1.5');
      });
    });
  });

  describe('randomErasing', () => {
    test('erases one rectangle of the areas, ratios and frequency of its options', () => {
      const { values } = valuesOf(() => randomErasing(tf.ones([500, 20, 24, 1]), key(4), { fill: -3 }));
      expect(new Set(values)).toEqual(new Set([1, -3]));
      const found = rectangles(values, 20, 24, -3);
      const erased = found.filter((rectangle) => rectangle !== undefined);
      // 250 +- 4 deviations of sqrt(125) = 11.2.
      expect(Math.abs(erased.length - 250)).toBeLessThan(45);
      for (const { height, width } of erased) {
        // Sides are rounded: at most half a pixel from those of the options.
        expect((height + 0.5) * (width + 0.5)).toBeGreaterThanOrEqual(0.02 * 480);
        expect((height - 0.5) * (width - 0.5)).toBeLessThanOrEqual(0.33 * 480);
        expect((height + 0.5) / (width - 0.5)).toBeGreaterThanOrEqual(0.3);
        expect((height - 0.5) / (width + 0.5)).toBeLessThanOrEqual(3.3);
      }
      // Uniform areas have the mean (0.02 + 0.33) / 2 = 0.175 and the deviation 0.31 / sqrt(12) = 0.09; large flat ones are drawn again.
      const mean = erased.reduce((sum, { height, width }) => sum + height * width, 0) / erased.length / 480;
      expect(Math.abs(mean - 0.17)).toBeLessThan(4 * (0.09 / Math.sqrt(250)));
      // As many tall as wide, and every corner reached.
      const tall = erased.filter(({ height, width }) => height > width).length / erased.length;
      expect(Math.abs(tall - 0.5)).toBeLessThan(0.15);
      expect(Math.min(...erased.map(({ top }) => top))).toBe(0);
      expect(Math.max(...erased.map(({ left, width }) => left + width))).toBe(24);
    });

    test('a square of a quarter of the area is half as high and as wide, the same in all channels', () => {
      const options = { probability: 1, area: [0.25, 0.25], ratio: [1, 1] } as const;
      const { values } = valuesOf(() => randomErasing(tf.ones([20, 8, 8, 3]), key(5), options));
      const channels = range(3).map((channel) => values.filter((_, i) => i % 3 === channel));
      expect(channels[1]).toEqual(channels[0]);
      expect(channels[2]).toEqual(channels[0]);
      for (const sides of rectangles(channels[0] as number[], 8, 8, 0)) expect(sides).toMatchObject({ height: 4, width: 4 });
    });

    test('leaves images as they are when no rectangle fits', () => {
      const { values } = valuesOf(() => randomErasing(tf.ones([10, 4, 4, 1]), key(6), { probability: 1, area: [1, 1], ratio: [1, 1] }));
      expect(values).toEqual(Array.from({ length: 160 }, () => 1));
    });

    test('says what is wrong with an option', () => {
      tf.tidy(() => {
        const erase = (options: Parameters<typeof randomErasing>[2]) => () => randomErasing(places(), key(0), options);
        expect(erase({ probability: -1 })).toThrow('randomErasing: expected probability in [0, 1], got -1. ');
        expect(erase({ area: [0.1, 2] })).toThrow('randomErasing: expected area to be a range above 0 and up to 1, got [0.1, 2]. ');
        expect(erase({ area: [0, 0.5] })).toThrow('got [0, 0.5]. Pass for example [0.02, 0.33].');
        expect(erase({ ratio: [2, 1] })).toThrow('randomErasing: expected ratio to be a range above 0, got [2, 1]. ');
        expect(erase({ ratio: [1, Infinity] })).toThrow('got [1, Infinity]');
      });
    });
  });

  describe('mixup', () => {
    test('mixes all tensors by one share and one order', () => {
      const mixed = tf.tidy(() => mixup({ x: tf.tensor2d([[1], [10], [100], [1000]]), labels: [tf.eye(4) as tf.Tensor] }, key(7)));
      const [x, labels] = [[...mixed.x.dataSync()], mixed.labels.map((one) => one.arraySync() as number[][])[0] as number[][]];
      tf.dispose(mixed);
      // A sample that stays in place has all of itself; of the others, the own share is the same.
      const shares = new Set(labels.map((row, i) => row[i]).filter((own) => own !== 1));
      expect(shares.size).toBe(1);
      labels.forEach((row, i) => {
        expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
        expect(row.reduce((sum, value, j) => sum + value * 10 ** j, 0)).toBeCloseTo(x[i] as number, 2);
      });
      // Each is mixed in once.
      for (const j of range(4)) expect(labels.reduce((sum, row) => sum + (row[j] as number), 0)).toBeCloseTo(1, 6);
    });

    test.each([0.2, 1, 4])('draws shares of Beta(%d, alpha)', (alpha) => {
      // y of a pair of samples tells the share: [1, 0] becomes [share, 1 - share] when they change places.
      const shares = range(2000).flatMap((seed) => {
        const { values } = valuesOf(() => mixup(tf.tensor1d([1, 0]), key(seed), { alpha }));
        // Where they stay in place, nothing is seen.
        return values[0] === 1 && values[1] === 0 ? [] : [values[0] as number];
      });
      const moment = (power: number): number => shares.reduce((sum, share) => sum + Math.abs(share - 0.5) ** power, 0) / shares.length;
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      // Variance of Beta(a, a): 1 / (4 (2a + 1)).
      const variance = 1 / (4 * (2 * alpha + 1));
      expect(shares.length).toBeGreaterThan(800);
      expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(variance / shares.length));
      const spread = Math.sqrt((moment(4) - moment(2) ** 2) / shares.length);
      expect(Math.abs(moment(2) - variance)).toBeLessThan(4 * spread + 1e-3);
    });

    test('gives the same bits for the same key', () => {
      const mixed = (seed: number): number[] => valuesOf(() => mixup(tf.tensor1d([1, 2, 3, 4, 5]), key(seed))).values;
      expect(mixed(3)).toEqual(mixed(3));
      expect(mixed(4)).not.toEqual(mixed(3));
    });

    test('says what it cannot mix', () => {
      tf.tidy(() => {
        expect(() => mixup({ x: tf.ones([4]) }, key(0), { alpha: 0 })).toThrow('mixup: expected alpha above 0, got 0. ');
        expect(() => mixup({ x: tf.ones([4, 2]), y: tf.zeros([4], 'int32') }, key(0))).toThrow(
          'mixup: expected float32 tensors [4, ...], got int32 [4]. Turn labels into probabilities with tf.oneHot',
        );
        expect(() => mixup({ x: tf.ones([4, 2]), y: tf.zeros([3]) }, key(0))).toThrow('got float32 [3]. ');
        expect(() => mixup(tf.scalar(1), key(0))).toThrow('expected float32 tensors [batch, ...], got float32 []. ');
      });
    });
  });

  describe('randomMap', () => {
    const rows = fromArrays({ x: hostTensor(Float32Array.from(range(12 * 16)), [12, 4, 4, 1]) });
    const source = randomMap(batch(shuffle(rows, key(0)), 3), key(1), ({ x }, own) => randomCrop(x, own, { padding: 1 }));

    async function read(passes: AsyncIterable<tf.Tensor>): Promise<number[][]> {
      const all: number[][] = [];
      for await (const tensor of passes) {
        all.push([...tensor.dataSync()]);
        tensor.dispose();
      }
      return all;
    }

    test('gives other numbers in every epoch, the same ones again, and goes on within', async () => {
      const [first, second] = [await read(source.pass(0)), await read(source.pass(1))];
      expect(first).toHaveLength(4);
      expect(second).not.toEqual(first);
      expect(await read(source.pass(1))).toEqual(second);
      expect(await read(source.passFrom(1, 3))).toEqual(second.slice(3));
    });

    test('gives every item of every epoch its own key', async () => {
      const draws: number[] = [];
      const drawn = randomMap(batch(rows, 3), key(1), ({ x }, own) => {
        x.dispose();
        draws.push(generator(own).uint32());
      });
      for (const epoch of [0, 1, 2]) for await (const _ of drawn.pass(epoch)) continue;
      expect(new Set(draws).size).toBe(12);
    });
  });
});
