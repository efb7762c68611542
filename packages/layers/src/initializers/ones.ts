import { constantValues } from './constant-values.ts';
import type { Initializer } from './initializer.ts';

/**
 * Every value is 1: the usual first value of scales. Ignores the key.
 *
 * @example
 * ones(key(0), [2]); // [1, 1]
 */
export const ones: Initializer = /* @__PURE__ */ constantValues(1);
