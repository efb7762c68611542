import type { Initializer } from './initializer.ts';
import { varianceScaling } from './variance-scaling.ts';

/**
 * Normal of variance `1 / fanIn`, cut off at two deviations: for self-normalising networks.
 *
 * @example
 * lecunNormal(key(0), [3, 3, 32, 64]);
 * @see LeCun et al., "Efficient backprop", 1998; Klambauer et al., "Self-normalizing neural networks", 2017
 */
export const lecunNormal: Initializer = /* @__PURE__ */ varianceScaling({ scale: 1, mode: 'fanIn', distribution: 'truncatedNormal' });
