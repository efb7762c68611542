import { foldIn, type Key } from '@kumiko/core';
import { randomHorizontalFlip } from '@kumiko/data';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Mirrors half of the images, others each time: clothes stay what they are. */
export function mirror(images: Tensor, key: Key): Tensor {
  return randomHorizontalFlip(images, foldIn(key, 'flip'));
}
