import type { Initializer } from './initializer.ts';
import { varianceScaling } from './variance-scaling.ts';

/**
 * Normal of variance `2 / fanIn`, cut off at two deviations: for layers behind which a {@link relu} stands. PyTorch's `kaiming_normal_` does not cut.
 *
 * @example
 * heNormal(key(0), [3, 3, 32, 64]);
 * @see He et al., "Delving deep into rectifiers", ICCV 2015
 */
export const heNormal: Initializer = /* @__PURE__ */ varianceScaling({ scale: 2, mode: 'fanIn', distribution: 'truncatedNormal' });
