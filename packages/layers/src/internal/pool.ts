import * as tf from '@tensorflow/tfjs-core';
import type { Padding } from '../padding.ts';
import { explicitPads } from './explicit-pads.ts';
import type { Window } from './window.ts';

type Pair = [number, number];

/** `tf.maxPool` or `tf.avgPool`. */
type Pool2d = (x: tf.Tensor4D, size: Pair, strides: Pair, pad: 'same') => tf.Tensor4D;

/** A pooling over height and width. */
export function pool2d(x: tf.Tensor, { size, strides, padding }: Window, pool: Pool2d): tf.Tensor {
  return pool(x as tf.Tensor4D, size as unknown as Pair, strides as unknown as Pair, explicitPads(padding, 2) as 'same');
}

/** A pooling over one axis, as images of height 1. */
export function pool1d(x: tf.Tensor, { size, strides, padding }: Window, pool: Pool2d): tf.Tensor {
  const pads = explicitPads(padding, 1);
  const pad = typeof pads === 'string' ? pads : [pads[0], [0, 0], ...pads.slice(1)];
  return tf.squeeze(pool(tf.expandDims(x, 1) as tf.Tensor4D, [1, size[0] as number], [1, strides[0] as number], pad as 'same'), [1]);
}

/** `tf.maxPool3d` or `tf.avgPool3d`. */
type Pool3d = typeof tf.maxPool3d;

/** A pooling over depth, height and width; no pooling has a border of two numbers. */
export function pool3d(x: tf.Tensor, { size, strides, padding }: Window, pool: Pool3d): tf.Tensor {
  return pool(
    x as tf.Tensor5D,
    size as unknown as [number, number, number],
    strides as unknown as [number, number, number],
    padding as Padding,
  );
}
