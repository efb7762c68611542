/** @internal */
import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';

/** A window of an image: its first row and column, and whether its columns come in the other order. */
export interface ImageWindow {
  readonly top: number;
  readonly left: number;
  readonly mirrored: boolean;
}

/** Refuses all but `[batch,height,width,channels]`. */
export function checkImages(symbol: string, images: tf.Tensor): asserts images is tf.Tensor4D {
  check(
    images.rank === 4,
    symbol,
    () => `expected images [batch,height,width,channels], got ${formatShape(images.shape)}. Give grey images one channel.`,
  );
}

/** Refuses all but a probability. */
export function checkProbability(symbol: string, probability: number): void {
  check(
    probability >= 0 && probability <= 1,
    symbol,
    () => `expected probability in [0, 1], got ${probability}. Pass the share of images to change, for example 0.5.`,
  );
}

/** A window of one size from each image, `[batch,height,width,channels]`, bit for bit. `windowOf` is called once an image, in order. */
export function takeWindows(images: tf.Tensor4D, [height, width]: readonly [number, number], windowOf: () => ImageWindow): tf.Tensor4D {
  const [batch, rows, columns, channels] = images.shape;
  const pixels = new Int32Array(batch * height * width);
  let next = 0;
  for (let image = 0; image < batch; image++) {
    const { top, left, mirrored } = windowOf();
    const step = mirrored ? -1 : 1;
    for (let y = 0; y < height; y++) {
      let pixel = (image * rows + top + y) * columns + left + (mirrored ? width - 1 : 0);
      for (let x = 0; x < width; x++, pixel += step) pixels[next++] = pixel;
    }
  }
  return tf.tidy(() => {
    const flat = tf.reshape(images, [batch * rows * columns, channels]);
    return tf.reshape(tf.gather(flat, tf.tensor1d(pixels, 'int32')), [batch, height, width, channels]);
  });
}
