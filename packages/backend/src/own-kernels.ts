import * as tf from '@tensorflow/tfjs-core';

const own = new WeakSet<tf.KernelConfig>();

/**
 * Registers a kernel of ours over whatever stands under its name, without tfjs' warning, and remembers that it is ours.
 *
 * @example
 * registerOwnKernel({ kernelName: 'KumikoExampleOne', backendName: 'cpu', kernelFunc: () => tf.ones([1]) });
 * tf.engine().runKernel('KumikoExampleOne', {}); // [1]
 */
export function registerOwnKernel(config: tf.KernelConfig): void {
  const previous = tf.getKernel(config.kernelName, config.backendName) as tf.KernelConfig | undefined;
  if (previous !== undefined) tf.unregisterKernel(config.kernelName, config.backendName);
  tf.registerKernel(config);
  own.add(config);
}

/**
 * Whether a kernel was registered by {@link registerOwnKernel}.
 *
 * @example
 * isOwnKernel(tf.getKernel('Add', 'cpu')); // false
 */
export function isOwnKernel(config: tf.KernelConfig): boolean {
  return own.has(config);
}
