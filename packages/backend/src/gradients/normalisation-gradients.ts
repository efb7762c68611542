import * as tf from '@tensorflow/tfjs-core';
import { defineGradient, type GradientEntry } from './gradient-entry.ts';
import { runKernel } from './run-kernel.ts';
import { SOFTMAX_GRADIENT, softmaxGradient } from './softmax-gradient.ts';
import { sumToShape } from './sum-to-shape.ts';

/** Gradients of the softmaxes, of batch normalisation with given statistics and of local response normalisation. */
export const normalisationGradients: readonly GradientEntry[] = [
  defineGradient({
    kernel: 'Softmax',
    savesOutput: true,
    replaces: true,
    gradient: (dy, { y }, { dim }: { dim: number }) => ({ logits: () => softmaxGradient(dy, y, dim) }),
  }),
  // dx = y (dy - s), s = sum of dy y: symmetric in dy, and by y it is g (dy - s) - dy (sum of g y)
  defineGradient({
    kernel: SOFTMAX_GRADIENT,
    saves: ['dy', 'y'],
    gradient: (g, { dy, y }) => ({
      dy: () => softmaxGradient(g, y, -1),
      y: () => tf.sub(tf.mul(g, tf.sub(dy, tf.sum(tf.mul(dy, y), -1, true))), tf.mul(dy, tf.sum(tf.mul(g, y), -1, true))),
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
