import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { generator, type Key } from '@kumiko/core';
import { checkImages, checkProbability, takeWindows } from './take-windows.ts';

/** Options of {@link randomHorizontalFlip}. */
export interface RandomHorizontalFlipOptions {
  /** Share of images that are mirrored, in [0, 1]. Default: 0.5. */
  readonly probability?: number;
}

/**
 * Mirrors some images left to right: `y[i,r,c] = x[i,r,width-1-c]`, each image with the same probability. Disposes nothing.
 *
 * @param images `[batch,height,width,channels]` of any type
 * @param key decides which
 * @param options all optional
 * @returns images of the same shape and type
 * @throws KumikoError when the images have another shape or the probability is none
 * @example
 * randomHorizontalFlip(tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]), key(0), { probability: 1 }); // [[[[2], [1]], [[4], [3]]]]
 * @see torchvision.transforms.RandomHorizontalFlip
 */
export function randomHorizontalFlip(images: Tensor, key: Key, options: RandomHorizontalFlipOptions = {}): Tensor4D {
  const { probability = 0.5 } = options;
  checkImages('randomHorizontalFlip', images);
  checkProbability('randomHorizontalFlip', probability);
  const [, height, width] = images.shape;
  const random = generator(key);
  return takeWindows(images, [height, width], () => ({ top: 0, left: 0, mirrored: random.uniform() < probability }));
}
