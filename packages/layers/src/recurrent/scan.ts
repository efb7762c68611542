import * as tf from '@tensorflow/tfjs-core';
import { check, leaves, mapTree, unflatten, type Tree } from '@kumiko/core';

/** Options of {@link scan}. */
export interface ScanOptions {
  /** Whether to go from the last step to the first; each result still stands at its own step. Default: false. */
  readonly reverse?: boolean;
}

/**
 * A loop over the first axis that hands a carry on: `[carry, y_t] = step(carry, x_t)` for each t, and the y stacked.
 *
 * @param step takes the carry and one slice of each tensor of `xs`; its new carry has the form of the old one
 * @param carry of the first step; any tree
 * @param xs a tree of tensors `[steps,...]`, at least one tensor and one step
 * @param options `reverse`
 * @returns the last carry, and the tree of results, each `[steps,...]`
 * @throws KumikoError when there is no tensor, no step, or the tensors have different numbers of steps
 * @example
 * const [total, sums] = scan((sum, x) => [tf.add(sum, x), tf.add(sum, x)], tf.scalar(0), tf.tensor1d([1, 2, 3]));
 * total; // 6
 * sums; // [1, 3, 6]
 * @see jax.lax.scan
 */
export function scan<C extends Tree, X extends Tree, Y extends Tree>(
  step: (carry: C, x: X) => [carry: C, y: Y],
  carry: C,
  xs: X,
  { reverse = false }: ScanOptions = {},
): [carry: C, ys: Y] {
  const tensors = leaves<tf.Tensor>(xs);
  const counts = new Set(tensors.map((tensor) => tensor.shape[0] ?? 0));
  const [steps = 0] = counts;
  check(
    counts.size === 1 && steps > 0,
    'scan',
    () => `expected tensors of one number of steps on the first axis, got ${[...counts].join(', ') || 'none'}. Stack the steps on axis 0.`,
  );
  const slices = tensors.map((tensor) => tf.unstack(tensor));
  const results: Y[] = Array.from({ length: steps });
  let state = carry;
  for (let i = 0; i < steps; i++) {
    const at = reverse ? steps - 1 - i : i;
    const x = unflatten<tf.Tensor>(
      xs,
      slices.map((slice) => slice[at] as tf.Tensor),
    ) as X;
    [state, results[at] as Y] = step(state, x);
  }
  const columns = results.map((y) => leaves<tf.Tensor>(y));
  let next = 0;
  const ys = mapTree<tf.Tensor, tf.Tensor>(() => {
    const leaf = next++;
    return tf.stack(columns.map((column) => column[leaf] as tf.Tensor));
  }, results[0] as Tree);
  return [state, ys as Y];
}
