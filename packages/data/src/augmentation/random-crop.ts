import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, generator, type Key } from '@kumiko/core';
import { checkImages, takeWindows } from './take-windows.ts';

/** Options of {@link randomCrop}. */
export interface RandomCropOptions {
  /** Height and width of what is cut out, in pixels; one number for both. Default: those of the images. */
  readonly size?: number | readonly [number, number];
  /** Pixels added on every side first, a whole number of at least 0. Default: 0. */
  readonly padding?: number;
  /** Value of the pixels that are added. Default: 0, which is black only where black is 0. */
  readonly fill?: number;
}

/**
 * Cuts a window out of each image, each place alike likely: `y[i,r,c] = padded x[i,r+top,c+left]`. With padding and without a size
 * images move by up to that many pixels and keep their size. Disposes nothing.
 *
 * @param images `[batch,height,width,channels]` of any type
 * @param key decides where
 * @param options all optional
 * @returns images `[batch,size,size,channels]` of the same type
 * @throws KumikoError when the images have another shape, an option is out of range, or the window is larger than a padded image
 * @example
 * randomCrop(tf.ones([8, 28, 28, 1]), key(0), { padding: 2 }).shape; // [8, 28, 28, 1]
 * @see torchvision.transforms.RandomCrop
 */
export function randomCrop(images: tf.Tensor, key: Key, options: RandomCropOptions = {}): tf.Tensor4D {
  checkImages('randomCrop', images);
  const [, rows, columns] = images.shape;
  const { size = [rows, columns], padding = 0, fill = 0 } = options;
  const window = typeof size === 'number' ? ([size, size] as const) : size;
  check(
    Number.isInteger(padding) && padding >= 0,
    'randomCrop',
    () => `expected padding to be a whole number of at least 0, got ${padding}. Pass pixels, for example 4.`,
  );
  const places = [rows + 2 * padding - window[0] + 1, columns + 2 * padding - window[1] + 1] as const;
  check(
    window.every((length) => Number.isInteger(length) && length >= 1) && places.every((count) => count >= 1),
    'randomCrop',
    () =>
      `expected a size from 1 x 1 to ${rows + 2 * padding} x ${columns + 2 * padding}, got ${window.join(' x ')} of images ${formatShape(images.shape)}. Pass a smaller size, or more padding.`,
  );
  const random = generator(key);
  return tf.tidy(() => {
    const around: [number, number] = [padding, padding];
    const padded = padding === 0 ? images : tf.pad4d(images, [[0, 0], around, around, [0, 0]], fill);
    return takeWindows(padded, window, () => ({ top: random.integer(places[0]), left: random.integer(places[1]), mirrored: false }));
  });
}
