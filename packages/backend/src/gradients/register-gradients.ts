import { getGradient, registerGradient, unregisterGradient } from '@tensorflow/tfjs-core';
import { gradients } from './all-gradients.ts';

/**
 * Makes `tf.grads` work without `@tensorflow/tfjs`: registers {@link gradients} in TensorFlow.js' registry.
 *
 * A gradient that is there already stays, unless ours replaces it because it is wrong or incomplete. May be called any number of
 * times; call it again after loading `@tensorflow/tfjs`, which puts its own gradients over all others.
 *
 * @example
 * registerGradients();
 * tf.grad((x) => tf.cumprod(x))(tf.tensor1d([2, 3])); // [4, 2]
 */
export function registerGradients(): void {
  for (const { config, replaces } of gradients) {
    const registered = getGradient(config.kernelName);
    if (registered === config || (registered !== undefined && !replaces)) continue;
    if (registered !== undefined) unregisterGradient(config.kernelName);
    registerGradient(config);
  }
}

/**
 * The names of the kernels that have a gradient of ours, sorted.
 *
 * @example
 * gradientKernels().includes('StridedSlice'); // true
 */
export function gradientKernels(): string[] {
  return gradients.map(({ config }) => config.kernelName).sort();
}
