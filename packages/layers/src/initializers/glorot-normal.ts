import type { Initializer } from './initializer.ts';
import { varianceScaling } from './variance-scaling.ts';

/**
 * Normal of variance `2 / (fanIn + fanOut)`, cut off at two deviations. PyTorch's `xavier_normal_` does not cut.
 *
 * @example
 * glorotNormal(key(0), [3, 3, 32, 64]);
 * @see Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010
 */
export const glorotNormal: Initializer = /* @__PURE__ */ varianceScaling({ scale: 1, mode: 'fanAverage', distribution: 'truncatedNormal' });
