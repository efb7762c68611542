import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, type KeyLike } from '@kumiko/core';
import { randomUniform } from './random-uniform.ts';

/**
 * A random class for each row of logits, int32: `argmax(logits + g)` over the last axis with Gumbel noise `g = -ln(-ln(u))`,
 * which draws class c with probability `softmax(logits)[c]`.
 *
 * A logit of -Infinity is never drawn unless all are. `u` is {@link randomUniform}'s, at least 2^-25.
 *
 * @param key a host key, or an int32 tensor `[2]`
 * @param logits float32 `[..., classes]`, not normalised
 * @returns int32 `[...]`, in [0, classes)
 * @throws KumikoError when the key is none, or the logits have no classes
 * @example
 * randomCategorical(key(0), tf.tensor2d([[0, -Infinity], [-Infinity, 0]])); // [0, 1]
 * @see Gumbel, "Statistical theory of extreme values", 1954; Maddison et al., "A* sampling", NeurIPS 2014
 */
export function randomCategorical(key: KeyLike, logits: tf.Tensor): tf.Tensor {
  check(
    logits.rank > 0 && (logits.shape.at(-1) as number) > 0,
    'randomCategorical',
    () => `expected logits [..., classes], got ${formatShape(logits.shape)}. Put the classes on the last axis.`,
  );
  return tf.tidy(() => {
    const u = tf.maximum(randomUniform(key, logits.shape), 2 ** -25);
    return tf.argMax(tf.sub(logits, tf.log(tf.neg(tf.log(u)))), -1);
  });
}
