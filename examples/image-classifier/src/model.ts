import { conv2d, dense, flattenFeatures, maxPool2d, relu, sequential } from '@kumiko/layers';

/** The convolutional network of the tutorials: three convolutions, two dense layers, 93,322 parameters. */
export function makeModel() {
  const layer = { activation: relu };
  return sequential([
    conv2d({ filters: 32, kernelSize: 3, ...layer }),
    maxPool2d(),
    conv2d({ filters: 64, kernelSize: 3, ...layer }),
    maxPool2d(),
    conv2d({ filters: 64, kernelSize: 3, ...layer }),
    flattenFeatures(),
    dense({ units: 64, ...layer }),
    dense({ units: 10 }),
  ]);
}
