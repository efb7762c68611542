import type { Initializer } from './initializer.ts';
import { varianceScaling } from './variance-scaling.ts';

/**
 * Uniform over `[-a, a)` with `a = sqrt(6 / fanIn)`: for layers behind which a {@link relu} stands. PyTorch: `kaiming_uniform_`.
 *
 * @example
 * heUniform(key(0), [3, 3, 32, 64]);
 * @see He et al., "Delving deep into rectifiers", ICCV 2015
 */
export const heUniform: Initializer = /* @__PURE__ */ varianceScaling({ scale: 2, mode: 'fanIn', distribution: 'uniform' });
