import * as tf from '@tensorflow/tfjs-core';
import { defineGradient, type GradientEntry } from './gradient-entry.ts';
import { runKernel } from './run-kernel.ts';
import { sumToShape } from './sum-to-shape.ts';

/** Gradients of the softmaxes, of batch normalisation with given statistics and of local response normalisation. */
export const normalisationGradients: readonly GradientEntry[] = [
  defineGradient({
    kernel: 'Softmax',
    savesOutput: true,
    replaces: true,
    gradient: (dy, { y }, { dim }: { dim: number }) => ({
      logits: () => {
        const weighted = tf.mul(dy, y);
        return tf.sub(weighted, tf.mul(y, tf.sum(weighted, dim, true)));
      },
    }),
  }),
  defineGradient({
    kernel: 'LogSoftmax',
    savesOutput: true,
    replaces: true,
    gradient: (dy, { y }, { axis }: { axis: number }) => ({ logits: () => tf.sub(dy, tf.mul(tf.exp(y), tf.sum(dy, axis, true))) }),
  }),
  // y = scale (x - mean) r + offset, r = 1 / sqrt(variance + epsilon)
  defineGradient({
    kernel: 'FusedBatchNorm',
    saves: ['x', 'mean', 'variance', 'scale'],
    gradient: (dy, { x, mean, variance, scale }, { varianceEpsilon }: { varianceEpsilon: number }) => {
      const deviation = () => tf.rsqrt(tf.add(variance, varianceEpsilon));
      const slope = () => tf.mul(scale, deviation());
      return {
        x: () => tf.mul(dy, slope()),
        mean: () => tf.neg(sumToShape(tf.mul(dy, slope()), mean.shape)),
        variance: () => {
          const factor = tf.mul(-0.5, tf.mul(scale, tf.pow(deviation(), 3)));
          return sumToShape(tf.mul(tf.mul(dy, tf.sub(x, mean)), factor), variance.shape);
        },
        scale: () => sumToShape(tf.mul(tf.mul(dy, tf.sub(x, mean)), deviation()), scale.shape),
        offset: () => sumToShape(dy, mean.shape),
      };
    },
  }),
  defineGradient({
    kernel: 'LRN',
    saves: ['x'],
    savesOutput: true,
    gradient: (dy, { x, y }, attributes: object) => ({ x: () => runKernel('LRNGrad', { x, y, dy }, attributes) }),
  }),
];
