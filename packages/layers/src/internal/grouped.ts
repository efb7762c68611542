import * as tf from '@tensorflow/tfjs-core';

/** A convolution whose kernel `[...size, channels/groups, filters]` sees a part of the channels for each part of the filters. */
export function grouped(x: tf.Tensor, kernel: tf.Tensor, convolve: (x: tf.Tensor, kernel: tf.Tensor) => tf.Tensor): tf.Tensor {
  const groups = (x.shape.at(-1) as number) / (kernel.shape.at(-2) as number);
  if (groups === 1) return convolve(x, kernel);
  const kernels = tf.split(kernel, groups, -1);
  return tf.concat(
    tf.split(x, groups, -1).map((part, group) => convolve(part, kernels[group] as tf.Tensor)),
    -1,
  );
}
