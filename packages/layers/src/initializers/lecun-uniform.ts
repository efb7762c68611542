import type { Initializer } from './initializer.ts';
import { varianceScaling } from './variance-scaling.ts';

/**
 * Uniform over `[-a, a)` with `a = sqrt(3 / fanIn)`: keeps the variance of inputs of variance 1.
 *
 * @example
 * lecunUniform(key(0), [3, 3, 32, 64]);
 * @see LeCun et al., "Efficient backprop", 1998
 */
export const lecunUniform: Initializer = /* @__PURE__ */ varianceScaling({ scale: 1, mode: 'fanIn', distribution: 'uniform' });
