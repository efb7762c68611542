import type { Tensor } from '@tensorflow/tfjs-core';
import { conv2d, dense, flattenFeatures, maxPool2d, relu, sequential, type Sequential } from '@kumiko/layers';

/** Options of {@link tutorialCnn}. */
export interface TutorialCnnOptions {
  /** Number of outputs. Default: 10. */
  readonly classes?: number;
  /** Name of the model. Default: `'tutorialCnn'`. */
  readonly name?: string;
}

/**
 * The network of TensorFlow's tutorial on images: three convolutions of 3 x 3 with 32, 64 and 64 channels, maxima between them, and two
 * dense layers. 122,570 parameters for CIFAR's images of 32 x 32 x 3.
 *
 * @param options all optional
 * @returns a layer of `[batch,height,width,channels]` to logits `[batch,classes]`
 * @throws KumikoError when an option is out of range; `init` when the images are smaller than 18 x 18
 * @example
 * tutorialCnn().init(key(0), shapeOf([1, 32, 32, 3])).output; // shapeOf([1, 10])
 * @see https://www.tensorflow.org/tutorials/images/cnn
 */
export function tutorialCnn({ classes = 10, name = 'tutorialCnn' }: TutorialCnnOptions = {}): Sequential {
  return sequential<Tensor, Tensor>(
    [
      conv2d({ filters: 32, kernelSize: 3, activation: relu }),
      maxPool2d(),
      conv2d({ filters: 64, kernelSize: 3, activation: relu }),
      maxPool2d(),
      conv2d({ filters: 64, kernelSize: 3, activation: relu }),
      flattenFeatures(),
      dense({ units: 64, activation: relu }),
      dense({ units: classes }),
    ],
    { name },
  );
}
