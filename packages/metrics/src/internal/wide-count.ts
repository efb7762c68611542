import { add, floor, mul, stack, sub, unstack, zeros, type Tensor } from '@tensorflow/tfjs-core';
import type { Shape } from '@kumiko/core';

/** The low part of a count stays below this, so that a batch of up to 2^23 more is still exact in float32. */
const LIMB = 2 ** 20;

/**
 * Counts that stay exact on every backend, also where int32 is kept in floats: float32 `[2, ...shape]`, `high * 2^20 + low`,
 * with `low < 2^20`. Exact to 2^44, and one count has one form.
 */
export function zeroCount(shape: Shape): Tensor {
  return zeros([2, ...shape]);
}

function normalized(high: Tensor, low: Tensor): Tensor {
  const carry = floor(mul(low, 1 / LIMB));
  return stack([add(high, carry), sub(low, mul(carry, LIMB))]);
}

/** The count after `increment` more, whole numbers below 2^23. */
export function addToCount(count: Tensor, increment: Tensor): Tensor {
  const [high, low] = unstack(count) as [Tensor, Tensor];
  return normalized(high, add(low, increment));
}

/** The sum of two counts. */
export function mergeCounts(a: Tensor, b: Tensor): Tensor {
  const [high, low] = unstack(add(a, b)) as [Tensor, Tensor];
  return normalized(high, low);
}

/** The count in one float32 tensor, exact to 2^24 and rounded beyond. */
export function countAsFloat(count: Tensor): Tensor {
  const [high, low] = unstack(count) as [Tensor, Tensor];
  return add(mul(high, LIMB), low);
}
