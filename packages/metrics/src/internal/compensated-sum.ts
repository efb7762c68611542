import { add, stack, sub, unstack, type Tensor } from '@tensorflow/tfjs-core';

/**
 * A running sum, float32 `[2]`, and a number more. Knuth's TwoSum: s = fl(a + b), and what was lost, exactly, is added to the second entry.
 */
export function accumulate(running: Tensor, value: Tensor): Tensor {
  const [before, lost] = unstack(running) as [Tensor, Tensor];
  const after = add(before, value);
  const added = sub(after, before);
  const error = add(sub(before, sub(after, added)), sub(value, added));
  return stack([after, add(lost, error)]);
}

/** The sum of two running sums. */
export function mergeSums(a: Tensor, b: Tensor): Tensor {
  const [value, lost] = unstack(b) as [Tensor, Tensor];
  return accumulate(accumulate(a, value), lost);
}
