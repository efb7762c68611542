import type { Initializer } from './initializer.ts';
import { varianceScaling } from './variance-scaling.ts';

/**
 * Uniform over `[-a, a)` with `a = sqrt(6 / (fanIn + fanOut))`: the default of {@link dense} and {@link conv2d}, as in Keras. PyTorch: `xavier_uniform_`.
 *
 * @example
 * glorotUniform(key(0), [3, 3, 32, 64]);
 * @see Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010
 */
export const glorotUniform: Initializer = /* @__PURE__ */ varianceScaling({ scale: 1, mode: 'fanAverage', distribution: 'uniform' });
