import { cast, div, log, mean, mul, squaredDifference, tidy, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { ImagePairOptions } from './image-pair-options.ts';
import { checkImages } from './internal/image-pairs.ts';

/**
 * Peak signal-to-noise ratio of each image, in decibels: `10 log10(peak^2 / mean((a - b)^2))`; Infinity for equal images.
 * For a stream, pass its values to {@link mean}.
 *
 * @param first images `[batch, height, width, channels]`
 * @param second the same shape
 * @param options `peak`: how far apart two values can be (default 1)
 * @returns float32 `[batch]`
 * @throws KumikoError when the shapes differ or are no images, or `peak` is not > 0
 * @example
 * psnr(tf.fill([1, 2, 2, 1], 0.5), tf.fill([1, 2, 2, 1], 0.6)); // tf.tensor1d([20]), of a mean square of 0.01
 * @see tf.image.psnr
 */
export function psnr(first: Tensor4D, second: Tensor4D, options: ImagePairOptions = {}): Tensor1D {
  const { peak = 1 } = options;
  checkImages('psnr', first, second, peak);
  return tidy(() => {
    // As shares of the peak, so that the square of a large one cannot overflow.
    const share = (images: Tensor): Tensor => div(cast(images, 'float32'), peak);
    return mul(log(mean(squaredDifference(share(first), share(second)), [1, 2, 3])), -10 / Math.LN10) as Tensor1D;
  });
}
