import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, generator, leaves, mapTree, type Generator, type Key, type Tree } from '@kumiko/core';

/** Options of {@link mixup}. */
export interface MixupOptions {
  /** How much samples are mixed, above 0: the share of the first is drawn from Beta(alpha, alpha). Default: 0.2, where most mix little. */
  readonly alpha?: number;
}

/**
 * Mixes each sample of a batch with another one of it: `y = share * x + (1 - share) * x[order]`, with one share of Beta(alpha, alpha) and
 * one order for the whole batch and all its tensors, so that labels, as vectors of class probabilities, are mixed like images.
 * Disposes nothing.
 *
 * @param batch a tree of float32 tensors `[batch, ...]`
 * @param key decides the share and the order
 * @param options all optional
 * @returns a tree of the same form
 * @throws KumikoError when alpha is not above 0, or a tensor is not float32 or has another number of samples
 * @example
 * const { x, y } = mixup({ x: tf.zeros([2, 28, 28, 1]), y: tf.eye(2) }, key(0));
 * tf.sum(y, 1); // [1, 1]
 * @see Zhang et al., "mixup: beyond empirical risk minimization", ICLR 2018; Marsaglia and Tsang, "A simple method for generating gamma
 * variables", 2000
 */
export function mixup<T extends Tree>(batch: T, key: Key, { alpha = 0.2 }: MixupOptions = {}): T {
  check(
    alpha > 0 && Number.isFinite(alpha),
    'mixup',
    () => `expected alpha above 0, got ${alpha}. Pass for example 0.2; larger values mix more.`,
  );
  const tensors = leaves<tf.Tensor>(batch);
  const samples = tensors[0]?.shape[0];
  for (const { dtype, shape } of tensors) {
    check(
      dtype === 'float32' && samples !== undefined && shape[0] === samples,
      'mixup',
      () =>
        `expected float32 tensors [${samples ?? 'batch'}, ...], got ${dtype} ${formatShape(shape)}. Turn labels into probabilities with tf.oneHot, and leave out what is no data.`,
    );
  }
  const random = generator(key);
  const [first, second] = [gamma(random, alpha), gamma(random, alpha)];
  // Both can round to 0 where alpha is tiny: one sample alone then.
  const share = first + second === 0 ? 1 : first / (first + second);
  const order = random.permutation(samples ?? 0);
  return tf.tidy(() => {
    const indices = tf.tensor1d(order, 'int32');
    const mix = (x: tf.Tensor): tf.Tensor => tf.add(tf.mul(x, share), tf.mul(tf.gather(x, indices), 1 - share));
    return mapTree<tf.Tensor, tf.Tensor>(mix, batch) as T;
  });
}

/** A number of the gamma distribution of this shape and scale 1; one of the shape above for small shapes, times `u^(1 / shape)`. */
function gamma(random: Generator, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * Math.pow(1 - random.uniform(), 1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const normal = random.normal();
    const v = (1 + normal / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < normal ** 2 / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}
