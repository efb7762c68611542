import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '@kumiko/core';
import type { Activation } from '../activation.ts';
import { composite, type Composite } from '../composite.ts';
import { checkSameShape } from '../internal/check-same-shape.ts';
import { identityLayer } from '../internal/identity-layer.ts';
import { singleShape } from '../internal/single-shape.ts';

/** Options of {@link residual}. */
export interface ResidualOptions {
  /** What is added to the body's output instead of the input itself, for example a 1 x 1 convolution that changes the size. Default: the input. */
  readonly shortcut?: Layer<tf.Tensor, tf.Tensor>;
  /** Applied to the sum. Default: none. */
  readonly activation?: Activation;
  /** Name of the layer. Default: `'residual'`. */
  readonly name?: string;
}

/**
 * A layer and a way around it: `y = activation(body(x) + shortcut(x))`.
 *
 * Parameters and state: `body` and `shortcut`, those of the two layers.
 *
 * @param body keeps the shape, unless a shortcut changes it alike
 * @param options all optional
 * @returns a layer of the body's input to its output
 * @throws KumikoError from `init` when the body's output and the shortcut's have different shapes
 * @example
 * const layer = residual(dense({ units: 4 }));
 * layer.init(key(0), shapeOf([8, 4])).output; // shapeOf([8, 4])
 * @see He et al., "Deep residual learning for image recognition", CVPR 2016
 */
export function residual(
  body: Layer<tf.Tensor, tf.Tensor>,
  { shortcut = identityLayer, activation, name = 'residual' }: ResidualOptions = {},
): Composite {
  return composite(
    { body, shortcut },
    {
      name,
      shapes(input, calls) {
        const output = singleShape(name, calls.body(input));
        const added = singleShape(name, calls.shortcut(input));
        checkSameShape(name, 'body and shortcut', [output, added], 'Pass a shortcut that changes the input as the body does.');
        return output;
      },
      forward(x: tf.Tensor, calls) {
        const sum = tf.add(calls.body(x), calls.shortcut(x));
        return activation ? activation(sum) : sum;
      },
    },
  );
}
