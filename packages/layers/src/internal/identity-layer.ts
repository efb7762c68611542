import type { Tensor } from '@tensorflow/tfjs-core';
import type { Layer } from '@kumiko/core';

/** `y = x`. */
export const identityLayer: Layer<Tensor, Tensor> = {
  name: 'identity',
  init: (_key, output) => ({ params: {}, state: {}, output }),
  apply: ({ state }, x) => [x, { state }],
};
