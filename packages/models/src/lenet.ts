import type { Tensor } from '@tensorflow/tfjs-core';
import { averagePool2d, conv2d, dense, flattenFeatures, sequential, tanh, type Activation, type Sequential } from '@kumiko/layers';

/** Options of {@link lenet}. */
export interface LenetOptions {
  /** Number of outputs. Default: 10. */
  readonly classes?: number;
  /** Behind every layer but the last. Default: {@link tanh}. */
  readonly activation?: Activation;
  /** Name of the model. Default: `'lenet'`. */
  readonly name?: string;
}

/**
 * LeNet-5 for images of 28 x 28 pixels, which the first convolution pads to 32 x 32: two convolutions of 5 x 5 with means between them,
 * three dense layers. 61,706 parameters for 10 classes.
 *
 * As is common, the second convolution sees all channels, means have no coefficients, and the last layer gives logits.
 *
 * @param options all optional
 * @returns a layer of `[batch,28,28,1]` to logits `[batch,classes]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * lenet().init(key(0), shapeOf([1, 28, 28, 1])).output; // shapeOf([1, 10])
 * @see LeCun et al., "Gradient-based learning applied to document recognition", 1998
 */
export function lenet({ classes = 10, activation = tanh, name = 'lenet' }: LenetOptions = {}): Sequential {
  return sequential<Tensor, Tensor>(
    [
      conv2d({ filters: 6, kernelSize: 5, padding: 'same', activation }),
      averagePool2d(),
      conv2d({ filters: 16, kernelSize: 5, activation }),
      averagePool2d(),
      flattenFeatures(),
      dense({ units: 120, activation }),
      dense({ units: 84, activation }),
      dense({ units: classes }),
    ],
    { name },
  );
}
