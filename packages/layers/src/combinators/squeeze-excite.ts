import * as tf from '@tensorflow/tfjs-core';
import { shapeOf } from '@kumiko/core';
import type { Activation } from '../activation.ts';
import { relu } from '../activations/relu.ts';
import { sigmoid } from '../activations/sigmoid.ts';
import { composite, type Composite } from '../composite.ts';
import { dense } from '../dense.ts';
import { checkSameShape } from '../internal/check-same-shape.ts';
import { singleShape } from '../internal/single-shape.ts';
import { globalAveragePool } from '../pooling/global-average-pool.ts';

/** Options of {@link squeezeExcite}. */
export interface SqueezeExciteOptions {
  /** Channels of the input, at least 1. */
  readonly channels: number;
  /** Width of the bottleneck, at least 1. Default: a sixteenth of the channels, as in the paper. */
  readonly squeezeChannels?: number;
  /** Behind the bottleneck. Default: {@link relu}. */
  readonly activation?: Activation;
  /** Makes the factors. Default: {@link sigmoid}; MobileNetV3 has {@link hardSigmoid}. */
  readonly gate?: Activation;
  /** Name of the layer. Default: `'squeezeExcite'`. */
  readonly name?: string;
}

/**
 * Multiplies each channel by a factor that all positions decide together: `y = x * gate(expand(activation(reduce(mean of x))))`.
 *
 * Parameters: `reduce` and `expand`, each `kernel` and `bias` of a {@link dense} (torchvision: `fc1`, `fc2`).
 *
 * @param options `channels` is required
 * @returns a layer of `[batch,positions...,channels]` to the same shape
 * @throws KumikoError when `channels` is out of range; `init` when the input has fewer than three axes
 * @example
 * squeezeExcite({ channels: 64 }).init(key(0), shapeOf([1, 8, 8, 64])).output; // shapeOf([1, 8, 8, 64])
 * @see Hu, Shen and Sun, "Squeeze-and-excitation networks", CVPR 2018; torchvision.ops.SqueezeExcitation
 */
export function squeezeExcite(options: SqueezeExciteOptions): Composite {
  const {
    channels,
    squeezeChannels = Math.max(1, Math.floor(channels / 16)),
    activation = relu,
    gate = sigmoid,
    name = 'squeezeExcite',
  } = options;
  return composite(
    {
      squeeze: globalAveragePool({ keepDims: true }),
      reduce: dense({ units: squeezeChannels, activation }),
      expand: dense({ units: channels, activation: gate }),
    },
    {
      name,
      shapes(input, { squeeze, reduce, expand }) {
        const { shape } = singleShape(name, input);
        const factors = singleShape(name, expand(reduce(squeeze(input)))).shape.at(-1) as number;
        checkSameShape(
          name,
          'channels and factors',
          [shapeOf([shape.at(-1) as number]), shapeOf([factors])],
          "Set the option 'channels' to the input's.",
        );
        return input;
      },
      forward: (x: tf.Tensor, { squeeze, reduce, expand }) => tf.mul(x, expand(reduce(squeeze(x)))),
    },
  );
}
