import {
  add,
  cast,
  depthwiseConv2d,
  div,
  mean,
  mul,
  square,
  sub,
  tensor4d,
  tidy,
  tile,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import type { ImagePairOptions } from './image-pair-options.ts';
import { checkImages } from './internal/image-pairs.ts';

/** Side of the window, its sigma, and the constants that keep flat regions stable: those of the paper. */
const SIZE = 11;
const SIGMA = 1.5;
const K1 = 0.01;
const K2 = 0.03;

function gaussian(): number[] {
  const weights = Array.from({ length: SIZE }, (_, i) => Math.exp(-((i - (SIZE - 1) / 2) ** 2) / (2 * SIGMA ** 2)));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / all);
}

/**
 * Structural similarity of each image, at most 1, for equal images: `(2 ma mb + c1)(2 cov + c2) / ((ma^2 + mb^2 + c1)(va + vb + c2))`
 * with means, variances and covariance under a Gaussian window of 11 x 11 and sigma 1.5, `c1 = (0.01 peak)^2` and `c2 = (0.03 peak)^2`,
 * and its mean over all places where the window fits, and over channels. For a stream, pass its values to {@link mean}.
 *
 * @param first images `[batch, height, width, channels]`, at least 11 x 11
 * @param second the same shape
 * @param options `peak`: how far apart two values can be (default 1)
 * @returns float32 `[batch]`
 * @throws KumikoError when the shapes differ, are no images or are smaller than 11 x 11, or `peak` is not > 0
 * @example
 * ssim(tf.ones([1, 11, 11, 1]), tf.zeros([1, 11, 11, 1])); // tf.tensor1d([0.00009999]), that is c1 / (1 + c1)
 * @see Wang et al., "Image quality assessment: from error visibility to structural similarity", 2004; tf.image.ssim
 */
export function ssim(first: Tensor4D, second: Tensor4D, options: ImagePairOptions = {}): Tensor1D {
  const { peak = 1 } = options;
  checkImages('ssim', first, second, peak);
  const [, height, width, channels] = first.shape;
  check(
    height >= SIZE && width >= SIZE,
    'ssim',
    () => `expected images of at least ${SIZE} x ${SIZE}, got ${height} x ${width}. Enlarge both, or compare them with psnr.`,
  );
  return tidy(() => {
    const window = gaussian();
    const [down, across] = [tensor4d(window, [SIZE, 1, 1, 1]), tensor4d(window, [1, SIZE, 1, 1])];
    const filters = [tile(down, [1, 1, channels, 1]), tile(across, [1, 1, channels, 1])] as const;
    const blur = (images: Tensor4D): Tensor4D =>
      depthwiseConv2d(depthwiseConv2d(images, filters[0] as Tensor4D, 1, 'valid'), filters[1] as Tensor4D, 1, 'valid');
    const [a, b] = [div(cast(first, 'float32'), peak) as Tensor4D, div(cast(second, 'float32'), peak) as Tensor4D];
    const [meanA, meanB] = [blur(a), blur(b)];
    const product = mul(meanA, meanB);
    const squares = add(square(meanA), square(meanB));
    const covariance = sub(blur(mul(a, b)), product);
    const variances = sub(blur(add(square(a), square(b))), squares);
    const light = div(add(mul(product, 2), K1 ** 2), add(squares, K1 ** 2));
    const structure = div(add(mul(covariance, 2), K2 ** 2), add(variances, K2 ** 2));
    return mean(mul(light, structure), [1, 2, 3]) as Tensor1D;
  });
}
