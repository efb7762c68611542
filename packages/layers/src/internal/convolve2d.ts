import * as tf from '@tensorflow/tfjs-core';
import type { Fusion } from './biased-activation.ts';
import { explicitPads } from './explicit-pads.ts';
import { grouped } from './grouped.ts';
import type { Window } from './window.ts';

type Pair = [number, number];
type Pad = Parameters<typeof tf.conv2d>[3];

/** A window over height and width in tfjs' words. */
interface Window2d {
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly pad: Pad;
}

function inTfjs({ strides, dilations, padding }: Window, pad = explicitPads(padding, 2)): Window2d {
  return { strides: [...strides] as Pair, dilations: [...dilations] as Pair, pad: pad as Pad };
}

/** A window over one axis, as one over height 1 and that axis: the height is never padded. */
function lifted({ strides, dilations, padding }: Window): Window2d {
  const pads = explicitPads(padding, 1);
  return {
    strides: [1, strides[0] as number],
    dilations: [1, dilations[0] as number],
    pad: (typeof pads === 'string' ? pads : [pads[0], [0, 0], ...pads.slice(1)]) as Pad,
  };
}

function plain(x: tf.Tensor, kernel: tf.Tensor, { strides, dilations, pad }: Window2d): tf.Tensor {
  const [height, width, depth, filters] = kernel.shape as [number, number, number, number];
  const channels = x.shape[3] as number;
  if (depth === 1 && channels > 1) {
    // One channel a group: the filters of channel c stand side by side.
    const perChannel = tf.reshape(kernel, [height, width, channels, filters / channels]) as tf.Tensor4D;
    return tf.depthwiseConv2d(x as tf.Tensor4D, perChannel, strides, pad as 'same', 'NHWC', dilations);
  }
  return grouped(x, kernel, (part, own) => tf.conv2d(part as tf.Tensor4D, own as tf.Tensor4D, strides, pad, 'NHWC', dilations));
}

function fused(x: tf.Tensor, filter: tf.Tensor, window: Window2d, fusion: Fusion): tf.Tensor {
  return tf.fused.conv2d({ x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, ...window, ...fusion });
}

/** Convolution over height and width, in groups where the kernel is shallower than the image. */
export const convolve2d = {
  plain: (x: tf.Tensor, kernel: tf.Tensor, window: Window): tf.Tensor => plain(x, kernel, inTfjs(window)),
  fused: (x: tf.Tensor, kernel: tf.Tensor, window: Window, fusion: Fusion): tf.Tensor => fused(x, kernel, inTfjs(window), fusion),
};

/** Convolution over one axis, as images of height 1. */
export const convolve1d = {
  plain: (x: tf.Tensor, kernel: tf.Tensor, window: Window): tf.Tensor =>
    tf.squeeze(plain(tf.expandDims(x, 1), tf.expandDims(kernel, 0), lifted(window)), [1]),
  fused: (x: tf.Tensor, kernel: tf.Tensor, window: Window, fusion: Fusion): tf.Tensor =>
    tf.squeeze(fused(tf.expandDims(x, 1), tf.expandDims(kernel, 0), lifted(window), fusion), [1]),
};
