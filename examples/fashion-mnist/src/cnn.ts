import { conv2d, dense, dropoutLayer, flattenFeatures, maxPool2d, relu, sequential, type Sequential } from '@kumiko/layers';
import type { Tensor } from '@tensorflow/tfjs-core';
import { CLASSES } from './images.ts';

/** Two convolutions, two dense layers: 421,642 parameters. */
export function cnn(): Sequential {
  return sequential<Tensor, Tensor>(
    [
      conv2d({ filters: 32, kernelSize: 3, padding: 'same', activation: relu }),
      maxPool2d(),
      conv2d({ filters: 64, kernelSize: 3, padding: 'same', activation: relu }),
      maxPool2d(),
      dropoutLayer(0.25),
      flattenFeatures(),
      dense({ units: 128, activation: relu }),
      dropoutLayer(0.5),
      dense({ units: CLASSES.length }),
    ],
    { name: 'cnn' },
  );
}
