import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, shapeOf, type ShapeLeaf, type Tree } from '@kumiko/core';
import { conv2d } from './convolution/conv2d.ts';
import type { CountedLayer } from './counted-layer.ts';
import type { Initializer } from './initializers/initializer.ts';
import { singleShape } from './internal/single-shape.ts';
import { sizePair, type SizePair } from './size-pair.ts';

/** Options of {@link patchEmbedding}. */
export interface PatchEmbeddingOptions {
  /** Height and width of a patch, each at least 1. */
  readonly patchSize: SizePair;
  /** Features of a patch, at least 1. */
  readonly units: number;
  /** Whether to add a bias. Default: true. */
  readonly useBias?: boolean;
  /** First values of the kernel. Default: that of `conv2d`. */
  readonly kernelInitializer?: Initializer;
  /** Name of the layer. Default: `'patchEmbedding'`. */
  readonly name?: string;
}

/**
 * Cuts images into patches, row after row, and maps each to a vector: a convolution whose strides are its window.
 *
 * Parameters: `kernel` float32 `[height,width,channels,units]`, `bias` float32 `[units]`.
 *
 * @param options `patchSize` and `units` are required
 * @returns a layer of images `[batch,height,width,channels]` to `[batch,patches,units]`
 * @throws KumikoError when an option is out of range; `init` when patches do not fill the image
 * @example
 * const layer = patchEmbedding({ patchSize: 16, units: 64 });
 * layer.init(key(0), shapeOf([1, 32, 48, 3])).output; // shapeOf([1, 6, 64])
 * @see Dosovitskiy et al., "An image is worth 16x16 words", ICLR 2021
 */
export function patchEmbedding(options: PatchEmbeddingOptions): CountedLayer<tf.Tensor, tf.Tensor> {
  const { patchSize, units, name = 'patchEmbedding', ...others } = options;
  const [height, width] = sizePair(name, 'patchSize', patchSize);
  const convolution = conv2d({ filters: units, kernelSize: [height, width], strides: [height, width], name, ...others });
  return {
    name,
    init(key, input) {
      const { shape } = singleShape(name, input, ['batch', 'height', 'width', 'channels']);
      check(
        (shape[1] as number) % height === 0 && (shape[2] as number) % width === 0,
        name,
        () => `expected an image that patches of ${height} x ${width} fill, got ${formatShape(shape)}. Resize or pad it.`,
      );
      const { params, state, output } = convolution.init(key, input);
      const [batch, rows, columns] = (output as ShapeLeaf).shape as [number, number, number];
      return { params, state, output: shapeOf([batch, rows * columns, units]) };
    },
    apply(variables, x, context): [tf.Tensor, { state: Tree }] {
      const [y, next] = convolution.apply(variables, x, context);
      return [tf.reshape(y, [y.shape[0] as number, -1, units]), next];
    },
    flops: (call) => convolution.flops(call),
  };
}
