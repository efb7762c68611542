import * as tf from '@tensorflow/tfjs-core';
import { check, generator, type Generator, type Key } from '@kumiko/core';
import { checkImages, checkProbability } from './take-windows.ts';

/** Options of {@link randomErasing}. */
export interface RandomErasingOptions {
  /** Share of images that lose a rectangle, in [0, 1]. Default: 0.5. */
  readonly probability?: number;
  /** Least and greatest area of the rectangle, as shares of the image's, in (0, 1]. Default: [0.02, 0.33]. */
  readonly area?: readonly [number, number];
  /** Least and greatest height by width of the rectangle, above 0. Default: [0.3, 3.3]. */
  readonly ratio?: readonly [number, number];
  /** Value of the erased pixels. Default: 0, the mean of standardised images. */
  readonly fill?: number;
}

/** Attempts to draw a rectangle that fits; an image for which none does stays as it is. */
const ATTEMPTS = 10;

interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Erases a rectangle from some images. Its share `a` of the area is uniform, its ratio `r` is log-uniform; the sides
 * `round(sqrt(a * area * r))` and `round(sqrt(a * area / r))` must be smaller than the image's, or both are drawn again, up to ten times;
 * each place within the image is alike likely. Disposes nothing.
 *
 * @param images `[batch,height,width,channels]` of any type
 * @param key decides which and where
 * @param options all optional
 * @returns images of the same shape and type
 * @throws KumikoError when the images have another shape or an option is out of range
 * @example
 * const erased = randomErasing(tf.ones([1, 4, 4, 1]), key(0), { probability: 1, area: [0.25, 0.25], ratio: [1, 1] });
 * tf.sum(erased); // 12
 * @see Zhong et al., "Random erasing data augmentation", AAAI 2020; torchvision.transforms.RandomErasing, whose `scale` is `area` here
 */
export function randomErasing(images: tf.Tensor, key: Key, options: RandomErasingOptions = {}): tf.Tensor4D {
  const { probability = 0.5, area = [0.02, 0.33], ratio = [0.3, 3.3], fill = 0 } = options;
  checkImages('randomErasing', images);
  checkProbability('randomErasing', probability);
  checkRange('area', area, 1, [0.02, 0.33]);
  checkRange('ratio', ratio, Infinity, [0.3, 3.3]);
  const [batch, rows, columns] = images.shape;
  const random = generator(key);
  const mask = new Uint8Array(batch * rows * columns);
  for (let image = 0; image < batch; image++) {
    if (random.uniform() >= probability) continue;
    const rectangle = drawRectangle(random, { rows, columns, area, ratio });
    if (rectangle === undefined) continue;
    const { top, left, height, width } = rectangle;
    for (let y = top; y < top + height; y++) {
      const start = (image * rows + y) * columns + left;
      mask.fill(1, start, start + width);
    }
  }
  return tf.tidy(() => {
    const erased = tf.tensor4d(mask, [batch, rows, columns, 1], 'bool');
    return tf.where<tf.Tensor>(erased, tf.scalar(fill, images.dtype as 'float32'), images) as tf.Tensor4D;
  });
}

interface Bounds {
  readonly rows: number;
  readonly columns: number;
  readonly area: readonly [number, number];
  readonly ratio: readonly [number, number];
}

function drawRectangle(random: Generator, { rows, columns, area, ratio }: Bounds): Rectangle | undefined {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const size = rows * columns * between(random, area[0], area[1]);
    const shape = Math.exp(between(random, Math.log(ratio[0]), Math.log(ratio[1])));
    const [height, width] = [Math.round(Math.sqrt(size * shape)), Math.round(Math.sqrt(size / shape))];
    if (height < rows && width < columns) {
      return { top: random.integer(rows - height + 1), left: random.integer(columns - width + 1), height, width };
    }
  }
  return undefined;
}

function between(random: Generator, least: number, greatest: number): number {
  return least + (greatest - least) * random.uniform();
}

function checkRange(option: string, [least, greatest]: readonly [number, number], limit: number, usual: readonly [number, number]): void {
  check(
    least > 0 && greatest >= least && greatest <= limit && Number.isFinite(greatest),
    'randomErasing',
    () =>
      `expected ${option} to be a range above 0${limit === 1 ? ' and up to 1' : ''}, got [${least}, ${greatest}]. Pass for example [${usual.join(', ')}].`,
  );
}
