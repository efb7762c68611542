import * as tf from '@tensorflow/tfjs-core';
import type { Attributes } from '../sweep-row.ts';

type Inputs = Readonly<Record<string, tf.Tensor>>;
type Composition = (inputs: Inputs, attrs: Attributes) => tf.Tensor;

/** `(x - mean) r` and r, of each row; without `isCentered` the mean is 0. */
function normalise(isCentered: boolean, x: tf.Tensor, epsilon: number): readonly [normalised: tf.Tensor, inverse: tf.Tensor] {
  const centered = isCentered ? tf.sub(x, tf.mean(x, -1, true)) : x;
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), epsilon));
  return [tf.mul(centered, inverse), inverse];
}

/** Our fused kernels, as ops of tfjs: what an engine without them runs in their place. */
export const compositions: Readonly<Record<string, Composition>> = {
  KumikoLayerNorm: ({ x, gamma, beta }, { epsilon }) => tf.add(tf.mul(normalise(true, x!, epsilon as number)[0], gamma!), beta!),
  KumikoLayerNormInputGradient: ({ dy, x, gamma }, { epsilon }) => {
    const [normalised, inverse] = normalise(true, x!, epsilon as number);
    const scaled = tf.mul(dy!, gamma!);
    const projected = tf.mul(normalised, tf.mean(tf.mul(scaled, normalised), -1, true));
    return tf.mul(inverse, tf.sub(tf.sub(scaled, tf.mean(scaled, -1, true)), projected));
  },
  KumikoLayerNormScaleGradient: ({ dy, x }, { epsilon }) => tf.sum(tf.mul(dy!, normalise(true, x!, epsilon as number)[0]), 0),
  KumikoLogSoftmax: ({ x }) => tf.logSoftmax(x!),
  KumikoLogSoftmaxGradient: ({ dy, x }) => tf.sub(dy!, tf.mul(tf.softmax(x!), tf.sum(dy!, -1, true))),
  KumikoRmsNorm: ({ x, gamma }, { epsilon }) => tf.mul(normalise(false, x!, epsilon as number)[0], gamma!),
  KumikoSoftmaxGradient: ({ dy, y }) => {
    const weighted = tf.mul(dy!, y!);
    return tf.sub(weighted, tf.mul(y!, tf.sum(weighted, -1, true)));
  },
};
