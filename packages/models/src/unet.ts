import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, shapeOf, type Layer, type ShapeLeaf } from '@kumiko/core';
import {
  composite,
  conv2d,
  conv2dTranspose,
  heNormal,
  maxPool2d,
  relu,
  sequential,
  type Initializer,
  type Sequential,
} from '@kumiko/layers';
import { convNorm } from './internal/conv-norm.ts';

/** Options of {@link unet}. */
export interface UnetOptions {
  /** Number of outputs for each pixel. Default: 2. */
  readonly classes?: number;
  /** Channels of the first level; each level below has twice as many. Default: 64. */
  readonly width?: number;
  /** How many times height and width are halved, at least 1. Default: 4. */
  readonly depth?: number;
  /** First values of the kernels. Default: {@link heNormal}. */
  readonly kernelInitializer?: Initializer;
  /** Name of the model. Default: `'unet'`. */
  readonly name?: string;
}

/** Two convolutions of 3 x 3. */
function double(name: string, filters: number, kernelInitializer: Initializer): Sequential {
  const one = (own: string) => convNorm({ name: own, filters, kernelSize: 3, activation: relu, kernelInitializer });
  return sequential<tf.Tensor, tf.Tensor>([one('conv1'), one('conv2')], { name });
}

/** A level: what it contracts goes through the levels below and beside them, and both ways join. */
function level(symbol: string, width: number, depth: number, kernelInitializer: Initializer): Layer<tf.Tensor, tf.Tensor> {
  if (depth === 0) return double('bottom', width, kernelInitializer);
  return composite(
    {
      contract: double('contract', width, kernelInitializer),
      pool: maxPool2d(),
      below: level(symbol, 2 * width, depth - 1, kernelInitializer),
      expand: conv2dTranspose({ filters: width, kernelSize: 2, strides: 2, kernelInitializer }),
      join: double('join', width, kernelInitializer),
    },
    {
      name: 'level',
      shapes(input, { contract, pool, below, expand, join }) {
        const beside = contract(input) as ShapeLeaf;
        const risen = expand(below(pool(beside))) as ShapeLeaf;
        check(
          formatShape(beside.shape) === formatShape(risen.shape),
          symbol,
          () =>
            `expected height and width in multiples of ${2 ** depth}, got ${formatShape(beside.shape)} at a level. Pad the images or choose a smaller depth.`,
        );
        return join(shapeOf([...beside.shape.slice(0, -1), 2 * width]));
      },
      forward(x: tf.Tensor, { contract, pool, below, expand, join }) {
        const beside = contract(x);
        return join(tf.concat([beside, expand(below(pool(beside)))], -1));
      },
    },
  );
}

/**
 * U-Net for segmentation: levels of two 3 x 3 convolutions, each halving height and width for the one below, and each joined with what
 * comes up again. As is common, convolutions are padded, so that the size stays, and batch normalisation stands behind each.
 *
 * Parameters: `level` with `contract`, `below` (the next level, and at the end the two convolutions of the bottom), `expand` and `join`;
 * `head`, a 1 x 1 convolution.
 *
 * @param options all optional
 * @returns a layer of `[batch,height,width,channels]` to logits `[batch,height,width,classes]`
 * @throws KumikoError when an option is out of range; `init` when height or width is no multiple of `2^depth`
 * @example
 * const model = unet({ width: 8, depth: 2, classes: 3 });
 * model.init(key(0), shapeOf([1, 32, 48, 1])).output; // shapeOf([1, 32, 48, 3])
 * @see Ronneberger, Fischer and Brox, "U-Net: convolutional networks for biomedical image segmentation", MICCAI 2015
 */
export function unet(options: UnetOptions = {}): Sequential {
  const { classes = 2, width = 64, depth = 4, kernelInitializer = heNormal, name = 'unet' } = options;
  check(
    Number.isInteger(depth) && depth >= 1,
    name,
    () => `expected depth to be a whole number of at least 1, got ${depth}. Pass for example 4.`,
  );
  return sequential<tf.Tensor, tf.Tensor>(
    [level(name, width, depth, kernelInitializer), conv2d({ filters: classes, kernelSize: 1, kernelInitializer, name: 'head' })],
    { name },
  );
}
