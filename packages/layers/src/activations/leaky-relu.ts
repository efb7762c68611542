import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import type { Activation } from '../activation.ts';

/**
 * The rectifier that leaks: `x` where x > 0, else `slope x`. PyTorch leaks 0.01 by default, element by element.
 *
 * @param slope finite, by default 0.2
 * @returns a function of any shape to the same shape
 * @throws KumikoError when `slope` is out of range
 * @example
 * leakyRelu(0.1)(tf.tensor1d([-2, 0, 3])); // [-0.2, 0, 3]
 * @see Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013; tf.leakyRelu, torch.nn.functional.leaky_relu
 */
export function leakyRelu(slope = 0.2): Activation {
  check(Number.isFinite(slope), 'leakyRelu', () => `expected slope to be finite, got ${slope}. Pass for example 0.2.`);
  return (x) => tf.leakyRelu(x, slope);
}
