import { foldIn, type Key } from '@kumiko/core';
import { randomCrop, randomHorizontalFlip } from '@kumiko/data';
import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import { BLACK } from './prepare.ts';

/** By how many pixels images are moved, at most. */
const SHIFT = 2;

/** Moves images a little and mirrors half of them: clothes stay what they are. */
export function moveAndMirror(images: Tensor, key: Key): Tensor {
  return tidy(() => randomHorizontalFlip(randomCrop(images, foldIn(key, 'crop'), { padding: SHIFT, fill: BLACK }), foldIn(key, 'flip')));
}
