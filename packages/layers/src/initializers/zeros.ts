import { constantValues } from './constant-values.ts';
import type { Initializer } from './initializer.ts';

/**
 * Every value is 0: the default of biases. Ignores the key.
 *
 * @example
 * zeros(key(0), [2]); // [0, 0]
 */
export const zeros: Initializer = /* @__PURE__ */ constantValues(0);
